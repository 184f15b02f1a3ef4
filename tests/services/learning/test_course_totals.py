from datetime import UTC, datetime, timedelta

from learnstream.services.learning import course_totals
from learnstream.services.learning.course_totals import LessonStanding

THEN = datetime(2026, 3, 1, tzinfo=UTC)
DONE = LessonStanding(0.92, THEN)
HALF = LessonStanding(0.5)


def test_a_course_is_the_mean_of_its_lessons():
    found = course_totals.compute({"a": DONE, "b": HALF}, ["a", "b", "c", "d"])

    assert (found.fraction, found.completed_count, found.lesson_count) == (0.375, 1, 4)
    assert found.completed_at is None


def test_a_course_is_completed_with_its_last_lesson():
    later = LessonStanding(1.0, THEN + timedelta(days=1))

    found = course_totals.compute({"a": later, "b": DONE}, ["a", "b"])

    assert (found.fraction, found.completed_at) == (1.0, THEN + timedelta(days=1))


def test_removed_lessons_do_not_count():
    assert course_totals.compute({"a": DONE, "gone": HALF}, ["a"]).fraction == 1.0
    assert course_totals.compute({"gone": DONE}, ["a"]).fraction == 0.0


def test_a_course_without_lessons_is_never_completed():
    found = course_totals.compute({"gone": DONE}, [])

    assert (found.fraction, found.completed_at) == (0.0, None)


def test_a_completed_course_stays_complete_when_lessons_are_added():
    found = course_totals.compute({"a": DONE}, ["a", "new"], completed_at=THEN)

    assert (found.fraction, found.completed_at, found.completed_count, found.lesson_count) == (1.0, THEN, 1, 2)
