"""Attempts as they are stored: readings of them, and the facts of an attempt that never change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import Any

from bson import ObjectId

from learnstream.documents import Attempt
from learnstream.documents.attempt import AskedAttempt, AttemptOutcome, Change, ChangedAttempt, WholeAttempt
from learnstream.documents.projection import Projection
from learnstream.errors.assessment import NoSuchAttempt
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.memo import Memo

ASKED = Projection(Attempt, AskedAttempt)
OUTCOME = Projection(Attempt, AttemptOutcome)
WHOLE = Projection(Attempt, WholeAttempt)
CHANGED = Projection(Attempt, ChangedAttempt)
LATEST = Keys(("number", -1), ("_id", -1))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked what in an attempt; `questions` maps the questions, in the learner's order, to their versions."""

    id: str
    user_id: int
    course_id: str
    lesson_id: str
    quiz_id: str
    version: int
    questions: Mapping[str, str]
    salt: bytes


# Saves a query for each answer that is saved. An attempt of 30 questions takes 3 kB, since the ids are interned: they
# are those of the quiz.
known: Memo[Asked] = Memo(1000)


def asked(attempt_id: str, *, user_id: int) -> Asked:
    """Return the facts of a learner's own attempt.

    Raises:
        NoSuchAttempt: also if it is another learner's.
    """
    found = facts(attempt_id)
    if found.user_id != user_id:
        raise NoSuchAttempt()
    return found


def facts(attempt_id: str) -> Asked:
    """Return the facts of any learner's attempt.

    Raises:
        NoSuchAttempt: there is none.
    """
    return known.get_or_load(attempt_id, lambda: _load(attempt_id))


def facts_of(attempt: AskedAttempt) -> Asked:
    """Return the facts of a stored attempt."""
    return Asked(
        id=str(attempt["_id"]),
        user_id=attempt["user_id"],
        course_id=str(attempt["course_id"]),
        lesson_id=str(attempt["lesson_id"]),
        quiz_id=str(attempt["quiz_id"]),
        version=attempt["version"],
        questions={intern(str(item["question_id"])): intern(str(item["version_id"])) for item in attempt["items"]},
        salt=attempt["salt"],
    )


def _load(attempt_id: str) -> Asked:
    attempt = ASKED.find_one({"_id": ObjectId(attempt_id)})
    if attempt is None:
        raise NoSuchAttempt()
    return facts_of(attempt)


def find(attempt_id: str) -> WholeAttempt:
    """Return a whole attempt.

    Raises:
        NoSuchAttempt: there is none.
    """
    attempt = WHOLE.find_one({"_id": ObjectId(attempt_id)})
    if attempt is None:
        raise NoSuchAttempt()
    return attempt


def history(attempt_id: ObjectId) -> list[Change]:
    """Return the changes of an attempt's result, the first one first."""
    found = CHANGED.find_one({"_id": attempt_id})
    return found["history"] if found else []


def of_learner(user_id: int, lesson_id: str) -> list[AttemptOutcome]:
    """Return a learner's attempts at a quiz, the first one first."""
    mine = {"user_id": user_id, "lesson_id": ObjectId(lesson_id)}
    return OUTCOME.find(mine, sort=[("number", 1)])


def of_learners(user_ids: Collection[int], lesson_ids: Collection[str]) -> dict[tuple[int, str], list[AttemptOutcome]]:
    """Return the attempts of learners at quizzes by user and lesson, each in order; those without any are absent."""
    found: dict[tuple[int, str], list[AttemptOutcome]] = {}
    wanted = {"user_id": {"$in": [*user_ids]}, "lesson_id": {"$in": [*map(ObjectId, lesson_ids)]}}
    for attempt in OUTCOME.find(wanted, sort=[("number", 1)]) if user_ids and lesson_ids else ():
        found.setdefault((attempt["user_id"], str(attempt["lesson_id"])), []).append(attempt)
    return found


def page(user_id: int, lesson_id: str, part: Part) -> Found[AttemptOutcome]:
    """Return a part of a learner's attempts at a quiz, the latest one first."""
    mine = {"user_id": user_id, "lesson_id": ObjectId(lesson_id)}
    return LATEST.cut(OUTCOME.find(LATEST.part_of(mine, part), sort=LATEST.sort, limit=part.look), part)


def is_due(attempt: Mapping[str, Any], at: datetime) -> bool:
    """True for an attempt in progress whose time is over, including the grace."""
    return attempt["submit_at"] is not None and attempt["submit_at"] <= at
