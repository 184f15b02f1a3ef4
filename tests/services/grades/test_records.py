from decimal import Decimal

import pytest

from learnstream.clock import now
from learnstream.models.grade import Grade, GradeKind
from learnstream.services.grades import records
from learnstream.stores.sql import db

LESSON, OTHER = "a" * 24, "b" * 24


@pytest.fixture
def record(learner, course):
    """Store a grade of the learner; return it as it is read."""

    def write(lesson_id=LESSON, kind=GradeKind.ASSIGNMENT, **columns):
        db.session.add(Grade(user_id=learner.id, course_id=course.id, lesson_id=lesson_id, kind=kind, **columns))
        db.session.commit()
        return records.of_learners(course.id, [learner.id])[learner.id][lesson_id]

    return write


def test_grades_of_learners_are_by_user_and_lesson(record, learner, stranger, course):
    first, second = record(LESSON, points=3, max_points=4), record(OTHER)

    assert records.of_learners(course.id, [learner.id, stranger.id]) == {learner.id: {LESSON: first, OTHER: second}}
    assert records.of_learners("c" * 24, [learner.id]) == {}


def test_grades_of_a_learner_are_by_course_and_lesson(record, learner, stranger, course):
    found = record(points=3, max_points=4)

    assert records.of_learner(learner.id, [course.id, "c" * 24]) == {course.id: {LESSON: found}}
    assert records.of_learner(learner.id, ["c" * 24]) == records.of_learner(stranger.id, [course.id]) == {}


def test_points_are_exact(record):
    found = record(points=Decimal("2.3333"), max_points=7)

    assert found.for_staff == (Decimal("2.3333"), Decimal(7), False, False)


def test_a_grade_that_is_held_back_is_seen_by_staff_alone(record):
    found = record(points=3, max_points=4)

    assert found.is_held
    assert found.for_learner == (None, None, False, False)


def test_learners_see_the_points_of_the_last_release(record):
    found = record(points=3, max_points=4, released_points=2, released_max_points=4, released_at=now())

    assert found.is_held
    assert found.for_learner.points == 2


def test_an_override_takes_the_place_of_the_points(record):
    shown = {"released_points": 3, "released_max_points": 4, "override_released_at": now()}
    found = record(points=3, max_points=4, override_points=1, override_max_points=4, **shown)

    assert not found.is_held
    assert found.for_learner == found.for_staff == (1, 4, False, True)


def test_an_override_of_a_grade_that_is_held_back_is_too(record):
    found = record(points=3, max_points=4, override_points=1, override_max_points=4)

    assert found.for_staff.points == 1
    assert found.for_learner == (None, None, False, False)


def test_an_excused_lesson_counts_nowhere(record):
    found = record(points=3, max_points=4, excused=True, override_released_at=now())

    assert found.for_staff == found.for_learner == (None, None, True, False)
