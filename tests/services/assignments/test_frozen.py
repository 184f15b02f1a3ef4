"""Assignments, as submissions and their marking read them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from learnstream.documents import Assignment
from learnstream.documents.assignment import HandIn, Release, Resubmit
from learnstream.errors.assignment_lessons import NoAssignment
from learnstream.services.assignments import frozen
from learnstream.services.assignments.frozen import Criterion, Late, Level, Moment
from learnstream.services.delivery import syllabus
from tests.homework import RUBRIC, make_assignment_lesson

DUE = datetime(2027, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def assign(course):
    """A function that publishes an assignment with settings, and returns its id."""

    def assign(**settings):
        lesson = make_assignment_lesson(course, **settings)
        return syllabus.get(course.id, 2).lesson(lesson.id).assignment_id

    return assign


def test_points_are_exact_and_ids_are_text(assign, course):
    assignment = frozen.frozen(assign(points=0.1, pass_fraction=0.6))

    assert (assignment.points, assignment.pass_fraction) == (Decimal("0.1"), Decimal("0.6"))
    assert (assignment.course_id, assignment.attachments) == (course.id, ())


def test_the_whole_assignment_is_read(assign):
    late = {"percent": 12.5, "per": "hour", "floor_percent": 20}
    assignment = frozen.frozen(
        assign(
            due={"at": DUE.isoformat()},
            accepted_until={"after_days": 3},
            late=late,
            kinds=["url", "text"],
            types=["image/JPG", "application/pdf"],
            resubmit="when_returned",
            release="held",
            rubric=RUBRIC,
            anonymous=True,
        )
    )

    assert (assignment.due, assignment.accepted_until) == (Moment(at=DUE), Moment(after_days=3))
    assert assignment.late == Late(Decimal("12.5"), timedelta(hours=1), Decimal(20))
    assert (assignment.kinds, assignment.types) == ({HandIn.TEXT, HandIn.URL}, ("image/jpeg", "application/pdf"))
    assert (assignment.resubmit, assignment.release, assignment.anonymous) == (
        Resubmit.WHEN_RETURNED,
        Release.HELD,
        True,
    )
    style = (Level("poor", "Poor", Decimal(1)), Level("good", "Good", Decimal(4)))
    assert assignment.rubric[1] == Criterion("style", "Style", "", style)


def test_what_is_absent_is_no_limit(assign):
    assignment = frozen.frozen(assign())

    assert (assignment.due, assignment.accepted_until, assignment.late, assignment.attempts_allowed) == (None,) * 4


def test_another_process_reads_it_from_the_cache(assign):
    assignment_id = assign()
    before = frozen.frozen(assignment_id)
    frozen.known.clear()

    Assignment.collection().delete_many({})

    assert frozen.frozen(assignment_id) == before


def test_of_a_deleted_course_there_is_none(application):
    with pytest.raises(NoAssignment):
        frozen.frozen("f" * 24)
