"""The programs that groups are given."""

from typing import Any

from sqlalchemy import select

from learnstream.errors.enrollment import NotGivenToGroup
from learnstream.errors.programs import ProgramUnpublished
from learnstream.models.group import GroupProgram
from learnstream.services.enrollment import groups, programs, seat_requests
from learnstream.services.enrollment.group_terms import set_terms
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

IN_ORDER = Columns((GroupProgram.id,))


def browse(group_id: int, *, part: Part) -> Found[GroupProgram]:
    """Return a part of the programs that a group is given, in the order in which they were.

    Raises:
        NoSuchGroup: it does not exist.
    """
    groups.require(group_id)
    return rows_of(select(GroupProgram).where(GroupProgram.group_id == group_id), IN_ORDER, part)


def give(group_id: int, program_id: int, *, by: int, **terms: Any) -> GroupProgram:
    """Give a group a program, or replace the terms.

    terms: those of `set_terms`.

    Raises:
        NoSuchGroup, GroupArchived: the group does not exist, or is archived.
        NoSuchProgram, ProgramUnpublished: the program does not exist, or is new to the group and not published.
        Unprocessable: the seats would end before they begin.
    """
    groups.lock_open(group_id)
    # Locked, since it might be deleted meanwhile.
    program = programs.find(program_id, lock=True)
    given = _find(group_id, program_id)
    if given is None:
        if not program.published:
            raise ProgramUnpublished()
        given = GroupProgram(group_id=group_id, program_id=program_id)
    set_terms(given, **terms)
    db.session.add(given)
    db.session.flush()
    _record("group.program_given", given, by)
    return given


def take(group_id: int, program_id: int, *, by: int) -> None:
    """Take a program from a group, which ends the seats that its members have for this reason alone.

    Raises:
        NoSuchGroup, NotGivenToGroup: the group does not exist, or does not have the program.
    """
    groups.lock(group_id)
    given = _find(group_id, program_id)
    if given is None:
        raise NotGivenToGroup(detail="The group is not given this program.")
    _record("group.program_taken", given, by)
    db.session.delete(given)


def _find(group_id: int, program_id: int) -> GroupProgram | None:
    same = (GroupProgram.group_id == group_id, GroupProgram.program_id == program_id)
    return db.session.scalar(select(GroupProgram).where(*same))


def _record(action: str, given: GroupProgram, by: int) -> None:
    group_id, program_id = given.group_id, given.program_id
    audit.record(action, actor_id=by, target_kind="group", target_id=group_id, program_id=program_id)
    seat_requests.of_group(group_id, given.program.course_ids, besides=program_id)
