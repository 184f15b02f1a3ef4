"""A learner's result in a quiz: that of their attempts which the quiz's `score_of` names."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from learnstream.documents import AttemptState
from learnstream.documents.attempt import AttemptOutcome
from learnstream.documents.quiz import ScoreOf
from learnstream.services.assessment import attempts, quizzes


@dataclass(frozen=True, slots=True)
class Standing:
    """A result: the `fraction` of the points, whether it passes, and the attempts that it is of.

    While answers of these `await` marking, the fraction is a lower bound, and `passed` is None if it depends on them.
    """

    fraction: Fraction
    passed: bool | None
    awaiting: bool
    attempts: tuple[AttemptOutcome, ...]


def of(user_id: int, lesson_id: str) -> Standing | None:
    """Return a learner's result in a quiz; None if no attempt counts."""
    return result(attempts.of_learner(user_id, lesson_id))


def result(found: Sequence[AttemptOutcome]) -> Standing | None:
    """Return the result of a learner's attempts, given in order, by the settings of the latest one that counts."""
    counted = [each for each in found if each["state"] == AttemptState.SUBMITTED and each["voided_at"] is None]
    if not counted:
        return None
    quiz = quizzes.frozen(str(counted[-1]["quiz_id"]))
    if quiz.score_of is ScoreOf.AVERAGE:
        return _average(counted, quiz.pass_fraction)
    if quiz.score_of is ScoreOf.HIGHEST:
        return _highest(counted)
    return _single(counted[0] if quiz.score_of is ScoreOf.FIRST else counted[-1])


def fraction(attempt: AttemptOutcome) -> Fraction:
    """Return the share of the points that an attempt has; the whole if there are none, since all were dropped."""
    score, most = attempt["score"], Fraction(attempt["max_score"].to_decimal())
    if score is None:
        return Fraction(0)
    return Fraction(score.to_decimal()) / most if most else Fraction(1)


def _single(attempt: AttemptOutcome) -> Standing:
    return Standing(fraction(attempt), attempt["passed"], attempt["awaiting"] > 0, (attempt,))


def _highest(counted: Sequence[AttemptOutcome]) -> Standing:
    # An earlier attempt that passed still does, even if a later version of the quiz needs more points.
    best = max(counted, key=lambda each: (fraction(each), each["number"]))
    verdicts = {each["passed"] for each in counted}
    passed = True if True in verdicts else None if None in verdicts else False
    return Standing(fraction(best), passed, any(each["awaiting"] for each in counted), (best,))


def _average(counted: Sequence[AttemptOutcome], pass_fraction: Decimal) -> Standing:
    average = sum(map(fraction, counted), Fraction(0)) / len(counted)
    awaiting = any(each["awaiting"] for each in counted)
    passed = True if average >= Fraction(pass_fraction) else None if awaiting else False
    return Standing(average, passed, awaiting, tuple(counted))
