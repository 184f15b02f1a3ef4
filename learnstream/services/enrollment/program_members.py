"""Learners who are enrolled in a program itself. Their seats in its courses follow in `program_seats`."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import FromClause, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import insert

from learnstream.errors import Unprocessable
from learnstream.errors.programs import ProgramUnpublished
from learnstream.models import User
from learnstream.models.group import Group, GroupMember, GroupProgram
from learnstream.models.program import Program, ProgramMember
from learnstream.services.enrollment import program_seats, programs
from learnstream.services.enrollment.group_members import Changed
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of, tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

BY_NAME = Columns((func.lower(User.name), User.id))


def browse(program_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of a program's learners by name.

    Raises:
        NoSuchProgram: there is none.
    """
    programs.find(program_id)
    members = select(User, ProgramMember.enrolled_at).join(ProgramMember, ProgramMember.user_id == User.id)
    found = tuples_of(members.where(ProgramMember.program_id == program_id), BY_NAME, part)
    return found.showing(
        [
            {"user_id": user.id, "name": user.name, "email": user.email, "enrolled_at": enrolled_at}
            for user, enrolled_at in found.entries
        ]
    )


def of_user(user_id: int, *, part: Part) -> Found[Program]:
    """Return a part of the programs that a user is enrolled in, by themselves or with a group, the latest first."""
    mine = _since(user_id)
    newest = Columns((mine.c.since, mine.c.program_id), descending=True)
    return rows_of(select(Program).join(mine, mine.c.program_id == Program.id), newest, part)


def _since(user_id: int) -> FromClause:
    """Select a user's programs, and since when they have each."""
    by_themselves = select(ProgramMember.program_id, ProgramMember.enrolled_at.label("since"))
    joined_at = func.greatest(GroupMember.joined_at, GroupProgram.created_at).label("since")
    with_group = select(GroupProgram.program_id, joined_at).join(Group, Group.id == GroupProgram.group_id)
    present = (GroupMember.user_id == user_id, GroupMember.left_at.is_(None), Group.is_active())
    ways = union_all(
        by_themselves.where(ProgramMember.user_id == user_id),
        with_group.join(GroupMember, GroupMember.group_id == Group.id).where(*present),
    ).subquery()
    return select(ways.c.program_id, func.min(ways.c.since).label("since")).group_by(ways.c.program_id).subquery()


def add(program_id: int, user_ids: Sequence[int], *, by: int) -> Changed:
    """Enroll users in a program; those who are enrolled already stay as they are.

    Raises:
        NoSuchProgram: there is none.
        ProgramUnpublished: it is not published.
        Unprocessable: not all users exist. Then nobody is enrolled.
    """
    if not programs.find(program_id, lock=True).published:
        raise ProgramUnpublished()
    _require_users(user_ids)
    rows = [{"program_id": program_id, "user_id": each} for each in dict.fromkeys(user_ids)]
    added = insert(ProgramMember).values(rows).on_conflict_do_nothing().returning(ProgramMember.user_id)
    return _changed("program.members_added", program_id, db.session.scalars(added).all(), user_ids, by)


def remove(program_id: int, user_ids: Sequence[int], *, by: int) -> Changed:
    """Take users out of a program; those who are not in it are ignored.

    Raises:
        NoSuchProgram: there is none.
    """
    programs.find(program_id, lock=True)
    members = (ProgramMember.program_id == program_id, ProgramMember.user_id.in_(user_ids))
    removed = db.session.scalars(delete(ProgramMember).where(*members).returning(ProgramMember.user_id)).all()
    return _changed("program.members_removed", program_id, removed, user_ids, by)


def _changed(action: str, program_id: int, changed: Sequence[int], user_ids: Collection[int], by: int) -> Changed:
    if changed:
        audit.record(action, actor_id=by, target_kind="program", target_id=program_id, user_ids=sorted(changed))
        program_seats.request(program_id)
    return Changed(len(changed), len({*user_ids}) - len(changed))


def _require_users(user_ids: Sequence[int]) -> None:
    known = set(db.session.scalars(select(User.id).where(User.id.in_(user_ids))))
    if unknown := {place: ["The user does not exist."] for place, each in enumerate(user_ids) if each not in known}:
        raise Unprocessable(errors={"json": {"user_ids": unknown}})
