"""The best of a learner's submissions, as staff and as the learner see it."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from bson import Decimal128, ObjectId

from learnstream.services.homework import results

GRADED_AT, RELEASED_AT = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)


def grade(points, max_points=10, revision=1):
    return {
        "points": Decimal128(str(points)),
        "max_points": Decimal128(str(max_points)),
        "at": GRADED_AT,
        "revision": revision,
    }


def submission(number, points=None, *, released=None, penalty=None, late_seconds=0, max_points=10):
    shown = None if released is None else grade(released, max_points) | {"released_at": RELEASED_AT}
    return {
        "_id": ObjectId(),
        "number": number,
        "grade": None if points is None else grade(points, max_points),
        "released": shown,
        "penalty": None if penalty is None else Decimal128(str(penalty)),
        "late_seconds": late_seconds,
    }


def test_without_a_grade_there_is_no_result():
    assert results.best([]) is None
    assert results.best([submission(1), submission(2)]) is None


def test_a_late_retake_never_lowers_a_grade_in_time():
    in_time, late = submission(1, 8), submission(2, 9, penalty=20, late_seconds=90)

    best = results.best([late, in_time])

    assert (best.points, best.submission_id) == (Decimal(8), str(in_time["_id"]))


def test_a_late_submission_counts_with_what_lateness_leaves_if_that_is_more():
    best = results.best([submission(1, 6), submission(2, 9, penalty="12.5", late_seconds=90)])

    assert (best.points, best.raw_points, best.penalty) == (Decimal("7.875"), Decimal(9), Decimal("12.5"))
    assert (best.number, best.late_seconds, best.max_points) == (2, 90, Decimal(10))


def test_of_equal_results_the_earliest_counts():
    assert results.best([submission(3, 7), submission(1, 7), submission(2, 7)]).number == 1


def test_grades_out_of_different_points_are_compared_as_shares():
    best = results.best([submission(1, 9, max_points=10), submission(2, 15, max_points=20)])

    assert (best.number, best.fraction) == (1, Fraction(9, 10))


def test_a_learner_sees_what_is_released():
    held, seen = submission(1, 10), submission(2, 9, released=5)

    assert results.best([held, seen], part="released").points == Decimal(5)
    assert results.best([held, seen], part="released").at == RELEASED_AT
    assert results.best([held, seen]).points == Decimal(10)
    assert results.best([held], part="released") is None


def test_zero_points_are_a_result():
    assert results.best([submission(1, 0)]).points == 0
