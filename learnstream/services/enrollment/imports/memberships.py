"""Groups in PostgreSQL as plans see them, and who joins and leaves them by a plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on

from learnstream.errors.enrollment import GroupArchived, NoSuchGroup
from learnstream.models import User
from learnstream.models.group import Group as Row
from learnstream.models.group import GroupMember
from learnstream.services.enrollment import group_members, groups
from learnstream.services.enrollment.imports.plans import Change
from learnstream.services.enrollment.imports.state import Account, Group, compared
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
    [found] = _groups([group])
    return found


def export(group_id: int) -> tuple[str, list[Account]]:
    """Return a group's code, and its members by their ids, disabled accounts excepted. Archived groups have them, too.

    Raises:
        NoSuchGroup: it does not exist.
    """
    code: str = groups.find(group_id)["code"]
    return code, [*_members(GroupMember.group_id == group_id, User.is_active)[group_id].values()]


def find_named(texts: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups, archived ones excepted, that have one of these texts as their code or name."""
    wanted = {compared(text) for text in set(texts)}
    if not wanted:
        return ()
    active = db.session.scalars(select(Row).where(Row.is_active()).order_by(Row.id)).all()
    return _groups([row for row in active if not wanted.isdisjoint({compared(row.code), compared(row.name)})])


def apply(changes: Sequence[Change], created: Mapping[str, int], *, by: int | None) -> None:
    """Let people join and leave as planned. `created` has the ids of accounts that changes created, by `email_key`.

    Raises:
        Stale: a membership is not as planned any more, or a group was removed or archived.
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
    try:
        if joining:
            changed += group_members.add(group_id, joining, by=by).changed
        if leaving:
            changed += group_members.remove(group_id, leaving, by=by, taken_out=False).changed
    except (NoSuchGroup, GroupArchived):
        raise Stale() from None
    if changed < len(joining) + len(leaving):
        raise Stale()


def _groups(rows: Sequence[Row]) -> tuple[Group, ...]:
    of_groups = GroupMember.group_id.in_([row.id for row in rows])
    members, barred = _members(of_groups), _barred(of_groups)
    return tuple(Group(row.code, row.name, members[row.id], frozenset(barred[row.id]), row.id) for row in rows)


def _members(*conditions: Any) -> Mapping[int, dict[int, Account]]:
    """Return present members by their groups' and their own ids."""
    present = select(GroupMember.group_id, *COLUMNS).join(GroupMember, GroupMember.user_id == User.id)
    found: dict[int, dict[int, Account]] = defaultdict(dict)
    for row in db.session.execute(present.where(*conditions, GroupMember.left_at.is_(None)).order_by(User.id)):
        found[row.group_id][row.id] = account_of(row)
    return found


def _barred(of_groups: ColumnElement[bool]) -> Mapping[int, set[int]]:
    """Return whom an administrator took out, and did not put back, by the groups' ids."""
    pair = (GroupMember.group_id, GroupMember.user_id)
    latest = select(*pair, GroupMember.taken_out).where(of_groups).ext(distinct_on(*pair))
    found: dict[int, set[int]] = defaultdict(set)
    for row in db.session.execute(latest.order_by(*pair, GroupMember.id.desc())):
        if row.taken_out:
            found[row.group_id].add(row.user_id)
    return found
