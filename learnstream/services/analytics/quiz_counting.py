"""Counting the figures of a quiz from its attempts. Pure, in one pass over them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from statistics import fmean, median
from typing import Any

from learnstream.documents.attempt import Answer, AttemptOutcome, Item, Mark
from learnstream.documents.question import QuestionKind
from learnstream.documents.quiz_figures import OptionFigures, QuestionFigures
from learnstream.services.assessment import answers, standing
from learnstream.services.quizzes.version import Version

TENTHS = 10
GROUP = Fraction(27, 100)  # of the attempts, best and worst
CHOICES = {QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.TRUE_FALSE}


class CountedAttempt(AttemptOutcome):
    """The parts of an attempt that are counted."""

    items: list[Item]
    answers: dict[str, Answer]
    marks: dict[str, Mark]


@dataclass(slots=True)
class Question:
    """What was counted of a question; `results` pairs the share of an attempt's points with that of the question's."""

    version: str = ""
    seen: int = 0
    answered: int = 0
    results: list[tuple[float, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    chosen: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item, attempt: CountedAttempt, fraction: float, version: Version) -> None:
        """Count the question in an attempt with a share of its points."""
        answer, mark = attempt["answers"].get(version.question_id), attempt["marks"].get(version.question_id)
        self.version = max(self.version, version.id)
        self.seen += 1
        if mark and not mark.get("dropped"):
            self.results.append((fraction, float(mark["points"].to_decimal() / item["points"].to_decimal())))
        if answer is None or answers.is_blank(answer):
            return
        self.answered += 1
        self.chosen.update(_chosen(version, answer["answer"]))
        if answer["seconds"] is not None:
            self.seconds.append(answer["seconds"])

    def describe(self, question_id: str, version: Version) -> QuestionFigures:
        """Return its figures."""
        return {
            "question_id": question_id,
            "kind": version.kind.value,
            "stem": version.stem,
            "seen": self.seen,
            "answered": self.answered,
            "share": _rounded(fmean(share for _, share in self.results)) if self.results else None,
            "discrimination": _discrimination(self.results),
            "median_seconds": _rounded(median(self.seconds)) if self.seconds else None,
            "options": [*_options(version, self.chosen, self.answered)],
        }


@dataclass(slots=True)
class Counted:
    """What was counted of a quiz; `fractions` are the shares of the points of its attempts."""

    fractions: list[float] = field(default_factory=list)
    awaiting: int = 0
    passed: int = 0
    questions: dict[str, Question] = field(default_factory=dict)

    def add(self, attempt: CountedAttempt, versions: Mapping[str, Version]) -> None:
        """Count an attempt, with the versions of its questions by their ids."""
        fraction = float(standing.fraction(attempt))
        self.awaiting += attempt["awaiting"] > 0
        self.passed += attempt["passed"] is True
        self.fractions.append(fraction)
        for item in attempt["items"]:
            version = versions[str(item["version_id"])]
            self.questions.setdefault(version.question_id, Question()).add(item, attempt, fraction, version)

    def fields(self, versions: Mapping[str, Version]) -> dict[str, Any]:
        """Return the fields of the figures; `versions` are those of the questions."""
        return {
            "attempts": len(self.fractions),
            "awaiting": self.awaiting,
            "passed": self.passed,
            "mean": _rounded(fmean(self.fractions)) if self.fractions else None,
            "distribution": distribution(self.fractions),
            "questions": [each.describe(name, versions[each.version]) for name, each in self.questions.items()],
        }


def distribution(fractions: Iterable[float]) -> list[int]:
    """Return how many shares are in each tenth; all points are in the last one."""
    counted = Counter(min(int(fraction * TENTHS), TENTHS - 1) for fraction in fractions)
    return [counted[tenth] for tenth in range(TENTHS)]


def _discrimination(results: list[tuple[float, float]]) -> float | None:
    """Return the mean share of the best attempts minus that of the worst ones; None of fewer than two."""
    if len(results) < 2:
        return None
    ordered = sorted(results)
    size = ceil(len(ordered) * GROUP)
    worst, best = ordered[:size], ordered[-size:]
    return _rounded(fmean(share for _, share in best) - fmean(share for _, share in worst))


def _chosen(version: Version, answer: Any) -> Sequence[str]:
    """Return the ids of the options that an answer names; none for kinds without options."""
    if version.kind is QuestionKind.TRUE_FALSE:
        return [str(answer).lower()]
    if version.kind is QuestionKind.SINGLE_CHOICE:
        return [answer]
    return answer if version.kind is QuestionKind.MULTIPLE_CHOICE else ()


def _options(version: Version, chosen: Mapping[str, int], answered: int) -> Iterator[OptionFigures]:
    if version.kind not in CHOICES:
        return
    for option_id, text, correct in _labels(version):
        count = chosen.get(option_id, 0)
        share = _rounded(count / answered) if answered else 0.0
        yield {"id": option_id, "text": text, "correct": correct, "chosen": count, "share": share}


def _labels(version: Version) -> Iterator[tuple[str, str, bool]]:
    if version.kind is QuestionKind.TRUE_FALSE:
        for value in (True, False):
            yield str(value).lower(), str(value).lower(), version.content["correct"] is value
        return
    for option in version.content["options"]:
        yield option["id"], option["text"], option["correct"]


def _rounded(value: float) -> float:
    return round(value, 4)
