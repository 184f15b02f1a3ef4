"""Results: of an attempt, from its marks; and of a learner, from their attempts."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from bson import Decimal128, ObjectId

from learnstream.documents.quiz import ScoreOf
from learnstream.services.assessment import quizzes, scoring, standing

QUIZ = SimpleNamespace(pass_fraction=Decimal("0.6"))


def result(worth, marks):
    """Return the result of questions with these points, and of these marks; None: to be marked by hand."""
    ids = [ObjectId() for _ in worth]
    items = [{"question_id": name, "points": Decimal128(points)} for name, points in zip(ids, worth, strict=True)]
    found = {str(name): {"points": Decimal128(each)} for name, each in zip(ids, marks, strict=True) if each is not None}
    return scoring.result(items, found, QUIZ)


def test_scores_are_exact_sums():
    found = result(["0.1", "0.2", "0.7"], ["0.1", "0.2", "0"])

    assert (found.score, found.max_score, found.passed) == (Decimal("0.3"), Decimal("1.0"), False)


def test_the_pass_fraction_itself_passes():
    assert result(["1", "1", "1"], ["1", "0.8", "0"]).passed is True
    assert result(["1", "1", "1"], ["1", "0.7999", "0"]).passed is False


@pytest.mark.parametrize(
    ("marks", "passed"), [(["3", None], True), (["0", None], False), (["2", None], None), (["1", None], None)]
)
def test_passing_waits_for_marking_by_hand_only_if_it_depends_on_it(marks, passed):
    found = result(["3", "2"], marks)

    assert (found.awaiting, found.passed) == (1, passed)


def attempt(number, score, *, passed=False, awaiting=0, **fields):
    return {
        "number": number,
        "state": "submitted",
        "quiz_id": ObjectId(),
        "score": Decimal128(str(score)),
        "max_score": Decimal128("10"),
        "passed": passed,
        "awaiting": awaiting,
        "voided_at": None,
        **fields,
    }


@pytest.fixture
def standing_by(monkeypatch):
    def standing_by(score_of, *attempts):
        quiz = SimpleNamespace(score_of=ScoreOf(score_of), pass_fraction=Decimal("0.6"))
        monkeypatch.setattr(quizzes, "frozen", lambda _: quiz)
        return standing.result(attempts)

    return standing_by


ATTEMPTS = (attempt(1, 5), attempt(2, 8, passed=True), attempt(3, 2))


@pytest.mark.parametrize(
    ("score_of", "fraction", "passed"),
    [
        ("highest", Fraction(8, 10), True),
        ("latest", Fraction(2, 10), False),
        ("first", Fraction(5, 10), False),
        ("average", Fraction(5, 10), False),
    ],
)
def test_the_quiz_says_which_attempts_count(standing_by, score_of, fraction, passed):
    found = standing_by(score_of, *ATTEMPTS)

    assert (found.fraction, found.passed, found.awaiting) == (fraction, passed, False)


def test_void_attempts_and_those_in_progress_do_not_count(standing_by):
    void, running = attempt(2, 8, voided_at="now"), attempt(3, 0, state="in_progress")

    assert standing_by("latest", attempt(1, 5), void, running).fraction == Fraction(5, 10)
    assert standing_by("latest", void) is None


def test_an_average_is_exact(standing_by):
    assert standing_by("average", *(attempt(n, 6, passed=True) for n in range(3))).passed is True


def test_a_result_that_depends_on_marking_is_open(standing_by):
    waiting = attempt(2, 2, passed=None, awaiting=1)

    assert standing_by("highest", attempt(1, 5), waiting).passed is None
    assert standing_by("highest", attempt(1, 7, passed=True), waiting).passed is True
    assert standing_by("average", attempt(1, 5), waiting).passed is None
    assert standing_by("latest", waiting, attempt(3, 1)).passed is False
