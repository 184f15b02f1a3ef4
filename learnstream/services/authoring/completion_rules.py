"""Completion rules: when a lesson counts as completed."""

import enum
from dataclasses import dataclass
from typing import TypedDict

from learnstream.documents import LessonKind
from learnstream.documents import lesson as document
from learnstream.errors import Unprocessable

THRESHOLD = 0.9


class Rule(enum.StrEnum):
    """What completes a lesson.

    Watching enough of its video, opening its text or document, the learner's own mark, passing its quiz or assignment,
    submitting an attempt or homework, or the grade of the homework.
    """

    WATCHED = "watched"
    OPENED = "opened"
    MANUAL = "manual"
    PASSED = "passed"
    SUBMITTED = "submitted"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Completion:
    """A lesson's completion rule; `threshold` is the share of the video to watch, None for the other rules."""

    rule: Rule
    threshold: float | None = None


POSSIBLE = {
    LessonKind.VIDEO: {Rule.WATCHED, Rule.MANUAL},
    LessonKind.TEXT: {Rule.OPENED, Rule.MANUAL},
    LessonKind.DOCUMENT: {Rule.OPENED, Rule.MANUAL},
    LessonKind.QUIZ: {Rule.PASSED, Rule.SUBMITTED},
    LessonKind.ASSIGNMENT: {Rule.SUBMITTED, Rule.GRADED, Rule.PASSED},
}
DEFAULTS = {
    LessonKind.VIDEO: Completion(Rule.WATCHED, THRESHOLD),
    LessonKind.TEXT: Completion(Rule.OPENED),
    LessonKind.DOCUMENT: Completion(Rule.OPENED),
    LessonKind.QUIZ: Completion(Rule.PASSED),
    LessonKind.ASSIGNMENT: Completion(Rule.SUBMITTED),
}


def resolve(kind: LessonKind, stored: document.Completion | None) -> Completion:
    """Return the rule that applies to a lesson: the one its author chose, else the default of its kind."""
    if stored is None:
        return DEFAULTS[kind]
    rule = Rule(stored["rule"])
    return Completion(rule, stored.get("threshold") or THRESHOLD) if rule is Rule.WATCHED else Completion(rule)


class Described(TypedDict):
    """A completion rule in a response."""

    rule: str
    threshold: float | None


def describe(lesson: document.Content) -> Described:
    """Return the rule that applies to a lesson, for a response."""
    completion = resolve(LessonKind(lesson["kind"]), lesson["completion"])
    return {"rule": completion.rule.value, "threshold": completion.threshold}


def require_possible(kind: LessonKind, wanted: document.Completion | None) -> None:
    """Check that a lesson of this kind can fulfill the rule.

    Raises:
        Unprocessable: it cannot; the field is `completion.rule`.
    """
    if wanted is not None and Rule(wanted["rule"]) not in POSSIBLE[kind]:
        rules = ", ".join(sorted(POSSIBLE[kind]))
        raise Unprocessable(errors={"json": {"completion": {"rule": [f"A {kind} lesson allows the rules {rules}."]}}})
