"""Course completions: recorded once, in the enrollment, with an event in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Progress
from learnstream.models import Enrollment, EventType, SeatStatus
from learnstream.policies import entitlements
from learnstream.services.delivery import syllabus
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.services.grades import gradebook, schemes, sheets
from learnstream.stores.sql import db

Pair = tuple[int, str]  # a user and a course


@dataclass(frozen=True, slots=True)
class Achievement:
    """The version of a course whose lessons a learner has completed, and when they completed the last one."""

    version: int
    completed_at: datetime


Completed = tuple[Enrollment, Achievement]


def record(seats: Mapping[Pair, Enrollment], achieved: Mapping[Pair, Achievement | None]) -> None:
    """Record and commit new completions of courses, with their times.

    No later version revokes a completion. Completeness is checked again under a lock on the enrollment, because an
    instructor may be resetting the learner's progress, which takes the same lock.
    """
    found = {
        seats[pair].id: each
        for pair, each in achieved.items()
        if each and seats[pair].completed_at is None and seats[pair].status is SeatStatus.ACTIVE
    }
    if not found:
        db.session.commit()
        return
    # In a fixed order, so that two workers cannot deadlock.
    incomplete = select(Enrollment).where(Enrollment.id.in_(found), Enrollment.completed_at.is_(None))
    locked = db.session.scalars(
        incomplete.where(Enrollment.status == SeatStatus.ACTIVE).order_by(Enrollment.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    _complete(_with_grades([(seat, found[seat.id]) for seat in locked if _is_complete(seat, found[seat.id])]))
    db.session.commit()


def _is_complete(seat: Enrollment, found: Achievement) -> bool:
    lessons = syllabus.get(seat.course_id, found.version).lessons
    ids = [f"{seat.user_id}:{lesson.id}" for lesson in lessons]
    return Progress.collection().count_documents({"_id": {"$in": ids}, "completed_at": {"$ne": None}}) == len(ids)


def _with_grades(complete: Sequence[Completed]) -> list[Completed]:
    """Return the learners, of those who have completed all lessons, whose course needs no better grade.

    What counts is the total as the learner sees it: a completion must not reveal what is held back.
    """
    done, graded = [], defaultdict(list)
    for seat, lessons in complete:
        if syllabus.get(seat.course_id, lessons.version).needs_grade:
            graded[seat.course_id, lessons.version].append(seat)
        else:
            done.append((seat, lessons))
    moment = now()
    for (course_id, version), seats in graded.items():
        reached = _reached(course_id, version, [seat.user_id for seat in seats], moment)
        done += [(seat, Achievement(version, moment)) for seat in seats if seat.user_id in reached]
    return done


def _reached(course_id: str, version: int, user_ids: Sequence[int], at: datetime) -> set[int]:
    """Return the learners whose total is what a version of a course needs. The queries are as many as for one learner."""
    needed = schemes.of(course_id, version).grading.completion_fraction
    if needed is None:
        return set()
    seats = [replace(seat, course_version=version) for seat in entitlements.seats_in(course_id, user_ids)]
    totals = {sheet.seat.user_id: sheet.total.fraction for sheet in sheets.for_learners(course_id, seats, at)}
    return {each for each, total in totals.items() if total is not None and gradebook.reaches(total, needed)}


def _complete(completed: Sequence[Completed]) -> None:
    for seat, found in completed:
        seat.status, seat.completed_at = SeatStatus.COMPLETED, found.completed_at
        entitlements.seat_changed(seat.user_id, seat.course_id)
    db.session.flush()
    events.record_all([_event(seat, found) for seat, found in completed])


def _event(seat: Enrollment, found: Achievement) -> NewEvent:
    ids = {"enrollment_id": seat.id, "user_id": seat.user_id, "course_id": seat.course_id}
    # A completion after a reset is an event of its own.
    again = f":{seat.resets}" if seat.resets else ""
    return NewEvent(
        id=f"{EventType.COURSE_COMPLETED}:{seat.user_id}:{seat.course_id}{again}",
        type=EventType.COURSE_COMPLETED,
        data=ids | {"version": found.version},
        at=found.completed_at,
    )
