"""Seats in the courses of programs: given and ended in batches, after whatever may have changed who has which.

A learner of a program has a grant with the source `program` for each of its courses; if it is sequential, for the first
one, and for each whose predecessor they have completed. A course that is not open to new learners is left out until it is.
Grants that were given stay until the learner or the course leaves the program.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import CourseArchived
from learnstream.models import Enrollment, SeatGrant, SeatSource
from learnstream.models.program import Program, ProgramCourse, ProgramMember
from learnstream.services.enrollment import grants, seat_versions
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_queries import completed_before, exists, surplus
from learnstream.services.enrollment.seat_rows import Pair, Versions
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

TOPIC = "program.seats"
BATCH = 500  # seats in one transaction: less than a second


def request(program_id: int, *, user_id: int | None = None) -> None:
    """Have the seats of a program, or those of one of its learners, brought up to date after the commit."""
    outbox.add(TOPIC, program_id=program_id, user_id=user_id)


@outbox.handles(TOPIC, give_up_after=timedelta(hours=24))
def update(payload: dict[str, Any]) -> None:
    """Bring a batch of seats up to date, and request the next batch."""
    program_id, user_id = payload["program_id"], payload["user_id"]
    # Whoever changes the program or its learners has locked it as well.
    program = db.session.get(Program, program_id, with_for_update=True)
    if _end_batch(program_id) or (program and _give_batch(program, user_id)):
        request(program_id, user_id=user_id)


def _end_batch(program_id: int) -> bool:
    """End the grants of learners and for courses that are not in the program. Return whether there were any."""
    reason = Reason(SeatSource.PROGRAM, program_id)
    of_program, course_of_program = ProgramMember.program_id == program_id, ProgramCourse.program_id == program_id
    is_member = exists(ProgramMember, of_program, ProgramMember.user_id == SeatGrant.user_id)
    has_course = exists(ProgramCourse, course_of_program, ProgramCourse.course_id == SeatGrant.course_id)
    pairs = _pairs(surplus(reason, is_member, has_course))
    if pairs:
        grants.end(pairs, reason)
    return bool(pairs)


def _give_batch(program: Program, user_id: int | None) -> bool:
    """Give seats that are due. Return whether there were any."""
    versions = _open_versions(program.course_ids)
    pairs = _due(program, versions, user_id)
    if pairs:
        grants.give(pairs, Reason(SeatSource.PROGRAM, program.id), versions=versions)
    return bool(pairs)


def _open_versions(course_ids: Collection[str]) -> Versions:
    """Return the versions of the courses that are open to new learners, locked in the order of their ids."""
    versions: dict[str, int] = {}
    for course_id in sorted(course_ids):
        try:
            versions |= seat_versions.open_versions([course_id])
        except (NoSuchCourse, CourseArchived):
            continue
    return versions


def _due(program: Program, versions: Versions, user_id: int | None) -> Sequence[Pair]:
    """Return up to a batch of the seats that the program's learners should have, and have no grant for."""
    of_seat = and_(SeatGrant.user_id == ProgramMember.user_id, SeatGrant.course_id == ProgramCourse.course_id)
    of_row = and_(Enrollment.user_id == ProgramMember.user_id, Enrollment.course_id == ProgramCourse.course_id)
    of_program = SeatGrant.is_for(SeatSource.PROGRAM, program.id)
    wanted = select(ProgramMember.user_id, ProgramCourse.course_id).join(
        ProgramCourse, ProgramCourse.program_id == ProgramMember.program_id
    )
    due = wanted.where(
        ProgramMember.program_id == program.id,
        ProgramCourse.course_id.in_(versions),
        true() if user_id is None else ProgramMember.user_id == user_id,
        ~exists(SeatGrant, of_seat, of_program, SeatGrant.ended_at.is_(None)),
        ~exists(Enrollment, of_row, Enrollment.barred_at.is_not(None)),
        _comes_next() if program.sequential else true(),
    )
    return _pairs(due.order_by(ProgramMember.user_id, ProgramCourse.course_id))


def _comes_next() -> ColumnElement[bool]:
    """True for the first course, and if the learner has completed the course before."""
    completed = completed_before(ProgramCourse, ProgramMember.user_id)
    return or_(ProgramCourse.position == 0, completed.is_not(None))


def _pairs(query: Select[int, str]) -> list[Pair]:
    return [(user_id, course_id) for user_id, course_id in db.session.execute(query.limit(BATCH))]
