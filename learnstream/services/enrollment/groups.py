"""Groups of learners: creation, changes and lists."""

from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.exc import IntegrityError

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.enrollment import GroupArchived, GroupCodeTaken, NoSuchGroup
from learnstream.models.group import Group, GroupMember
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.text import folding

BY_NAME = Columns((func.lower(Group.name), Group.id))
SHOWN = ("id", "name", "code", "description", "starts_on", "ends_on", "archived_at", "created_at", "updated_at")
MEMBERS = (
    select(func.count())
    .where(GroupMember.group_id == Group.id, GroupMember.left_at.is_(None))
    .correlate(Group)
    .scalar_subquery()
)


def browse(*, part: Part, archived: bool | None = None, code: str | None = None) -> Found[dict[str, Any]]:
    """Return a part of the groups by name, with the number of their members."""
    conditions: list[ColumnElement[bool]] = []
    if archived is not None:
        conditions.append(Group.archived_at.is_not(None) if archived else Group.archived_at.is_(None))
    if code is not None:
        conditions.append(Group.code_key == folding.caseless(code))
    return listed(select(Group, MEMBERS).where(*conditions), part)


def listed(query: Select[Any], part: Part) -> Found[dict[str, Any]]:
    """Return a part of a query for groups and their numbers of members."""
    found = tuples_of(query, BY_NAME, part)
    return found.showing([_shown(group, members) for group, members in found.entries])


def of_member(user_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the groups that a user is in, archived ones excepted."""
    present = (GroupMember.user_id == user_id, GroupMember.left_at.is_(None), Group.archived_at.is_(None))
    query = select(Group, GroupMember.joined_at).join(GroupMember, GroupMember.group_id == Group.id).where(*present)
    found = tuples_of(query, BY_NAME, part)
    return found.showing([_columns(group) | {"joined_at": joined_at} for group, joined_at in found.entries])


def find(group_id: int) -> dict[str, Any]:
    """Return a group with the number of its members.

    Raises:
        NoSuchGroup: it does not exist.
    """
    found = db.session.execute(select(Group, MEMBERS).where(Group.id == group_id)).first()
    if found is None:
        raise NoSuchGroup()
    return _shown(*found)


def create(*, by: int, **fields: Any) -> dict[str, Any]:
    """Create a group without members.

    Raises:
        GroupCodeTaken: another group has the code.
        Unprocessable: it would end before it starts.
    """
    group = Group()
    _set(group, fields)
    audit.record("group.created", actor_id=by, target_kind="group", target_id=group.id, code=group.code)
    return find(group.id)


def change(group_id: int, *, by: int, archived: bool | None = None, **fields: Any) -> dict[str, Any]:
    """Change a group, archive it or restore it.

    Raises:
        NoSuchGroup: it does not exist.
        GroupCodeTaken: another group has the code.
        Unprocessable: it would end before it starts.
    """
    group = lock(group_id)
    _set(group, fields)
    if archived is not None and archived != bool(group.archived_at):
        group.archived_at = now() if archived else None
    changed = sorted([*fields, *([] if archived is None else ["archived"])])
    audit.record("group.changed", actor_id=by, target_kind="group", target_id=group_id, fields=changed)
    db.session.flush()
    return find(group_id)


def remove(group_id: int, *, by: int) -> None:
    """Delete a group with its memberships.

    Raises:
        NoSuchGroup: it does not exist.
    """
    group = lock(group_id)
    audit.record("group.deleted", actor_id=by, target_kind="group", target_id=group_id, code=group.code)
    db.session.execute(delete(Group).where(Group.id == group_id))


def lock(group_id: int) -> Group:
    """Return a group, locked until the transaction ends.

    Raises:
        NoSuchGroup: it does not exist.
    """
    group = db.session.get(Group, group_id, with_for_update=True, populate_existing=True)
    if group is None:
        raise NoSuchGroup()
    return group


def lock_open(group_id: int) -> Group:
    """Return a group like `lock`.

    Raises:
        NoSuchGroup, GroupArchived: it does not exist, or is archived.
    """
    group = lock(group_id)
    if group.archived_at:
        raise GroupArchived()
    return group


def _set(group: Group, fields: dict[str, Any]) -> None:
    try:
        with db.session.begin_nested():
            for name, value in fields.items():
                setattr(group, name, value)
            group.code_key = folding.caseless(group.code)
            db.session.add(group)
            db.session.flush()
    except IntegrityError:
        raise GroupCodeTaken() from None
    if group.starts_on and group.ends_on and group.ends_on < group.starts_on:
        raise Unprocessable(errors={"json": {"ends_on": ["Must not be before `starts_on`."]}})


def _shown(group: Group, members: int) -> dict[str, Any]:
    return _columns(group) | {"members": members}


def _columns(group: Group) -> dict[str, Any]:
    return {name: getattr(group, name) for name in SHOWN}
