"""Groups in PostgreSQL as plans see them, and who joins and leaves them by a plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on

from learnstream.errors.enrollment import GroupArchived, NoSuchGroup
from learnstream.models import User
from learnstream.models.group import Group as Row
from learnstream.models.group import GroupMember
from learnstream.services.enrollment import group_members, groups
from learnstream.services.enrollment.imports.plans import Change
from learnstream.services.enrollment.imports.state import Account, Group
from learnstream.services.enrollment.imports.store import COLUMNS, Stale, account_of
from learnstream.stores.sql import db


def find(group_id: int) -> Group:
    """Return a group.

    Raises:
        NoSuchGroup, GroupArchived: it does not exist, or is archived.
    """
    group = db.session.get(Row, group_id, populate_existing=True)
    if group is None or group.deleted_at:
        raise NoSuchGroup()
    if group.archived_at:
        raise GroupArchived()
    return _group(group)


def export(group_id: int) -> tuple[str, list[Account]]:
    """Return a group's code, and its members by their ids. Archived groups have them, too.

    Raises:
        NoSuchGroup: it does not exist.
    """
    code: str = groups.find(group_id)["code"]
    return code, [*_members(GroupMember.group_id == group_id).values()]


def find_named(texts: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups, archived ones excepted, that have one of these texts as their code or name."""
    wanted = set(texts)
    if not wanted:
        return ()
    active = db.session.scalars(select(Row).where(Row.is_active()).order_by(Row.id)).all()
    return tuple(_group(row) for row in active if any(Group(row.code, row.name).is_called(text) for text in wanted))


def apply(changes: Sequence[Change], created: Mapping[str, int], *, by: int | None) -> None:
    """Let people join and leave as planned. `created` has the ids of accounts that changes created, by `email_key`.

    Raises:
        Stale: a membership is not as planned any more.
        NoSuchGroup, GroupArchived: a group was removed or archived.
    """
    joining: dict[int, list[int]] = defaultdict(list)
    leaving: dict[int, list[int]] = defaultdict(list)
    for change in changes:
        if change.after and change.joins:
            joining[change.joins.id].append(_id(change.after, created))
        if change.after and change.leaves:
            leaving[change.leaves.id].append(change.after.id)
    # In one order, so that two imports cannot deadlock.
    for group_id in sorted({*joining, *leaving}):
        _change(group_id, joining[group_id], leaving[group_id], by)


def _id(account: Account, created: Mapping[str, int]) -> int:
    return account.id if account.id > 0 else created[account.email_key]


def _change(group_id: int, joining: Sequence[int], leaving: Sequence[int], by: int | None) -> None:
    changed = 0
    if joining:
        changed += group_members.add(group_id, joining, by=by).changed
    if leaving:
        changed += group_members.remove(group_id, leaving, by=by, taken_out=False).changed
    if changed < len(joining) + len(leaving):
        raise Stale()


def _group(row: Row) -> Group:
    of_group = GroupMember.group_id == row.id
    return Group(row.code, row.name, _members(of_group), _barred(of_group), row.id)


def _members(of_group: ColumnElement[bool]) -> dict[int, Account]:
    present = select(*COLUMNS).join(GroupMember, GroupMember.user_id == User.id)
    found = db.session.execute(present.where(of_group, GroupMember.left_at.is_(None)).order_by(User.id))
    return {row.id: account_of(row) for row in found}


def _barred(of_group: ColumnElement[bool]) -> frozenset[int]:
    """Return whom an administrator took out, and did not put back."""
    latest = select(GroupMember.user_id, GroupMember.taken_out).where(of_group)
    latest = latest.ext(distinct_on(GroupMember.user_id))
    found = db.session.execute(latest.order_by(GroupMember.user_id, GroupMember.id.desc()))
    return frozenset(row.user_id for row in found if row.taken_out)
