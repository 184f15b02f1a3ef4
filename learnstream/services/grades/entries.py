"""What the gradebook computes with: a learner's grades in the lessons of their version, as the learner or staff see them."""

from datetime import datetime
from typing import NamedTuple

from learnstream.documents.assignment import Release
from learnstream.models import GradeKind
from learnstream.policies.seats import Seat
from learnstream.services.assessment import clock
from learnstream.services.assignments import deadlines
from learnstream.services.grades.gradebook import Entry
from learnstream.services.grades.records import Counted, Record
from learnstream.services.grades.schemes import GradedLesson

NOTHING = Counted(None, None)


class Mark(NamedTuple):
    """A learner's grade in a lesson: what the gradebook computes with, and what is said about it besides.

    overridden: a person set the points. handed_in: there is something to grade, of which parts may be `awaiting` a marker.
    late: the record whose lateness the points contain. held: its learner does not see it yet. anonymous: staff do not.
    """

    lesson: GradedLesson
    entry: Entry
    overridden: bool
    handed_in: bool
    awaiting: bool
    late: Record | None
    held: bool
    anonymous: bool


def for_learner(lesson: GradedLesson, record: Record | None, seat: Seat, at: datetime, *, shown: bool) -> Mark:
    """Return a grade as its learner sees it.

    shown: whether they may see the score of the lesson's quiz.

    It does not reveal whether there is a grade that is not released.
    """
    released = record.for_learner if record else NOTHING
    hidden = lesson.quiz is not None and not shown and not released.excused
    counted = NOTHING if hidden else released
    handed_in = _is_handed_in(record)
    held = handed_in and counted == NOTHING and (hidden or _is_released_later(lesson))
    return Mark(
        lesson=lesson,
        entry=_entry(lesson, counted, missing=_is_missing(lesson, counted, seat, at, handed_in=handed_in), held=held),
        overridden=counted.overridden,
        handed_in=handed_in,
        awaiting=handed_in and counted == NOTHING and not held,
        late=record if counted == _computed(record) and _is_late(record) else None,
        held=held,
        anonymous=False,
    )


def for_staff(lesson: GradedLesson, record: Record | None, seat: Seat, at: datetime, *, anonymous: bool) -> Mark:
    """Return a grade as staff see it.

    anonymous: whether the learner's homework is marked anonymously.

    It does not reveal either who has not handed in anything while they still can, even where an override is shown.
    """
    counted, handed_in = _settled(record), _is_handed_in(record)
    unknown = not handed_in and _is_anonymous(lesson) and not is_over(lesson, seat, at)
    nameless = anonymous or unknown
    hidden = nameless and not (counted.excused or counted.overridden)
    shown = NOTHING if hidden else counted
    visible = None if nameless else record
    return Mark(
        lesson=lesson,
        entry=_entry(lesson, shown, missing=_is_missing(lesson, counted, seat, at, handed_in=handed_in), held=hidden),
        overridden=shown.overridden,
        handed_in=handed_in and not nameless,
        awaiting=visible is not None and visible.awaiting,
        late=visible if _is_late(visible) and counted == _computed(visible) else None,
        held=hidden or (record is not None and record.is_held),
        anonymous=hidden,
    )


def _entry(lesson: GradedLesson, counted: Counted, *, missing: bool, held: bool) -> Entry:
    return Entry(
        lesson.id,
        counted.points,
        lesson.max_points if counted.max_points is None else counted.max_points,
        counted.excused,
        missing,
        held,
        lesson.placement.category_id,
        lesson.placement.extra_credit,
    )


def _is_missing(lesson: GradedLesson, counted: Counted, seat: Seat, at: datetime, *, handed_in: bool) -> bool:
    return not handed_in and counted.points is None and not counted.excused and is_over(lesson, seat, at)


def _is_late(record: Record | None) -> bool:
    return record is not None and record.late_seconds > 0 and record.points is not None


def _settled(record: Record | None) -> Counted:
    """Return what counts for staff: while answers of a quiz await marking, what is marked in full, as for the learner."""
    if record is None:
        return NOTHING
    counted = record.for_staff
    exceptional = counted.excused or counted.overridden
    is_partial = record.awaiting and record.kind == GradeKind.QUIZ and not exceptional
    return Counted(record.released_points, record.released_max_points) if is_partial else counted


def _computed(record: Record | None) -> Counted | None:
    return record and Counted(record.points, record.max_points)


def _is_handed_in(record: Record | None) -> bool:
    return record is not None and record.is_handed_in


def _is_released_later(lesson: GradedLesson) -> bool:
    return lesson.assignment is not None and lesson.assignment.release is Release.HELD


def _is_anonymous(lesson: GradedLesson) -> bool:
    return lesson.assignment is not None and lesson.assignment.anonymous


def is_over(lesson: GradedLesson, seat: Seat, at: datetime) -> bool:
    """Return whether it is too late for a learner to hand in something for the lesson in time."""
    ends = deadline(lesson, seat)
    # Until the grace is over, answers may still be under way.
    return ends is not None and at > ends + clock.GRACE


def deadline(lesson: GradedLesson, seat: Seat) -> datetime | None:
    """Return until when a learner is to hand in something for the lesson; None for no limit."""
    if lesson.assignment:
        found = deadlines.deadlines(lesson.assignment, seat)
        return found.due_at or found.accepted_until
    return clock.closing(lesson.quiz, seat) if lesson.quiz else None
