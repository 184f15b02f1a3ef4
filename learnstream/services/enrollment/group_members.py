"""Members of groups, added, removed and moved many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, any_, func, literal, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.models import User, matches_search
from learnstream.models.group import Group, GroupMember
from learnstream.services.enrollment import accommodated, group_seats, groups
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

SHOWN = ("user_id", "name", "email", "joined_at")


@dataclass(frozen=True, slots=True)
class Changed:
    """How many users a change of members concerned, and for how many it had no effect."""

    changed: int
    unchanged: int


def browse(group_id: int, *, part: Part, q: str = "") -> Found[dict[str, Any]]:
    """Return a part of a group's members by name. `q` contains prefixes of words in names and addresses.

    Raises:
        NoSuchGroup: it does not exist.
    """
    groups.require(group_id)
    present = (GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    accounts = _look_up_accounts(q)
    user = accounts.c
    query = select(user.id, user.name, user.email, GroupMember.joined_at).join_from(GroupMember, accounts, true())
    found = tuples_of(query.where(*present), Columns((func.lower(user.name), user.id)), part)
    return found.showing([dict(zip(SHOWN, member, strict=True)) for member in found.entries])


def ids(group_id: int, *, limit: int) -> Sequence[int]:
    """Return the ids of the members of a group, up to a limit."""
    present = (GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    return db.session.scalars(select(GroupMember.user_id).where(*present).limit(limit)).all()


def add(group_id: int, user_ids: Sequence[int], *, by: int | None) -> Changed:
    """Add users to a group; those who are in it stay as they are.

    Raises:
        NoSuchGroup, GroupArchived: it does not exist, or is archived.
        Unprocessable: not all users exist. Then nobody is added.
    """
    groups.lock_open(group_id)
    _require_users(user_ids)
    group_seats.request(group_id)
    return _record("group.members_added", group_id, _join(group_id, user_ids), user_ids, by)


def remove(group_id: int, user_ids: Sequence[int], *, by: int | None, taken_out: bool = True) -> Changed:
    """Remove users from a group; those who are not in it are ignored. No import puts back who was `taken_out`.

    Raises:
        NoSuchGroup: it does not exist.
    """
    groups.lock(group_id)
    group_seats.request(group_id)
    return _record("group.members_removed", group_id, _leave(group_id, user_ids, taken_out), user_ids, by)


def move(group_id: int, user_ids: Sequence[int], *, to_group_id: int, by: int) -> Changed:
    """Move members of a group to another one; those who are not in it are ignored.

    Raises:
        NoSuchGroup: it does not exist.
        GroupArchived: the other one is archived.
        Unprocessable: the other one does not exist, or is the same.
    """
    _lock_both(group_id, to_group_id)
    moved = _leave(group_id, user_ids, taken_out=True)
    _join(to_group_id, moved)
    group_seats.request(group_id, to_group_id)
    return _record("group.members_moved", group_id, moved, user_ids, by, to_group_id=to_group_id)


def _lock_both(group_id: int, to_group_id: int) -> None:
    """Lock two groups in the order of their ids, so that two moves cannot deadlock."""
    query = select(Group.id).where(Group.id.in_([group_id, to_group_id])).order_by(Group.id).with_for_update()
    found = db.session.scalars(query).all()
    groups.lock(group_id)
    if to_group_id not in found or to_group_id == group_id:
        raise Unprocessable(errors={"json": {"to_group_id": ["Must be another group that exists."]}})
    groups.lock_open(to_group_id)


def _join(group_id: int, user_ids: Collection[int]) -> Sequence[int]:
    joined_at = now()
    rows = [{"group_id": group_id, "user_id": each, "joined_at": joined_at} for each in dict.fromkeys(user_ids)]
    if not rows:
        return []
    added = insert(GroupMember).values(rows).on_conflict_do_nothing().returning(GroupMember.user_id)
    joined = db.session.scalars(added).all()
    accommodated.changed_for_members(group_id, joined)
    return joined


def _leave(group_id: int, user_ids: Collection[int], taken_out: bool) -> Sequence[int]:
    present = (GroupMember.group_id == group_id, GroupMember.left_at.is_(None), _among(GroupMember.user_id, user_ids))
    left = db.session.scalars(
        update(GroupMember).where(*present).values(left_at=now(), taken_out=taken_out).returning(GroupMember.user_id),
        execution_options={"synchronize_session": False},
    ).all()
    accommodated.changed_for_members(group_id, left)
    return left


def _require_users(user_ids: Sequence[int]) -> None:
    known = set(db.session.scalars(select(User.id).where(_among(User.id, user_ids))))
    unknown = {place: ["The user does not exist."] for place, each in enumerate(user_ids) if each not in known}
    if unknown:
        raise Unprocessable(errors={"json": {"user_ids": unknown}})


def _record(
    action: str, group_id: int, changed: Sequence[int], user_ids: Sequence[int], by: int | None, **details: Any
) -> Changed:
    if changed:
        details |= {"user_ids": sorted(changed)}
        audit.record(action, actor_id=by, target_kind="group", target_id=group_id, **details)
    return Changed(len(changed), len({*user_ids}) - len(changed))


def _look_up_accounts(q: str) -> FromClause:
    """Select the account of each member, looked up one by one in the primary key.

    As a plain join, the plan read all 50,000 accounts of a school for a page of a class of 500: 8.4 ms instead of 0.6.
    """
    found = select(User.id, User.name, User.email).where(User.id == GroupMember.user_id)
    return (found.where(matches_search(q)) if q else found).correlate(GroupMember).limit(1).lateral("accounts")


def _among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    return column == any_(literal([*ids], ARRAY(BigInteger)))
