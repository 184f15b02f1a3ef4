"""Groups of learners: creation, changes and lists."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.enrollment import GroupArchived, GroupCodeTaken, NoSuchGroup
from learnstream.models.group import Group, GroupCourse, GroupMember, GroupProgram
from learnstream.services.delivery import catalogue
from learnstream.services.enrollment import accommodated, group_seats
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
    return listed(conditions, part)


def listed(conditions: Collection[ColumnElement[bool]], part: Part) -> Found[dict[str, Any]]:
    """Return a part of the groups that meet conditions, by name, with the number of their members."""
    query = select(Group, MEMBERS).where(Group.deleted_at.is_(None), *conditions)
    found = tuples_of(query, BY_NAME, part)
    return found.showing([_shown(group, members) for group, members in found.entries])


def of_member(user_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the groups that a user is in, archived ones excepted."""
    present = (GroupMember.user_id == user_id, GroupMember.left_at.is_(None), Group.is_active())
    query = select(Group, GroupMember.joined_at).join(GroupMember, GroupMember.group_id == Group.id).where(*present)
    found = tuples_of(query, BY_NAME, part)
    given = _given([group.id for group, _ in found.entries])
    return found.showing(
        [_columns(group) | {"joined_at": joined_at, **given[group.id]} for group, joined_at in found.entries]
    )


def find(group_id: int) -> dict[str, Any]:
    """Return a group with the number of its members, and how far its seats are given.

    Raises:
        NoSuchGroup: it does not exist.
    """
    return _find(group_id) | {"seats": group_seats.count(group_id)}


def with_given(group_id: int) -> dict[str, Any]:
    """Return a group with the number of its members, the courses and programs that it is given, and all their titles.

    Raises:
        NoSuchGroup: it does not exist.
    """
    group, given = _find(group_id), _given([group_id])[group_id]
    ids = _course_ids(given)
    cards = catalogue.cards(ids)
    titled = [{"course_id": each, "title": cards[each]["title"]} for each in ids if each in cards]
    return group | given | {"all_courses": titled}


def course_ids(group_id: int) -> list[str]:
    """Return the ids of the courses that a group is given, by themselves and then in programs, each once and in order."""
    return _course_ids(_given([group_id])[group_id])


def _course_ids(given: Mapping[str, Sequence[Any]]) -> list[str]:
    in_programs = (course_id for each in given["programs"] for course_id in each.program.course_ids)
    return [*dict.fromkeys([*(each.course_id for each in given["courses"]), *in_programs])]


def require(group_id: int) -> None:
    """Raise `NoSuchGroup` unless a group exists."""
    exists = select(Group.id).where(Group.id == group_id, Group.deleted_at.is_(None))
    if db.session.scalar(exists) is None:
        raise NoSuchGroup()


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
        _request(group_id)
    changed = sorted([*fields, *([] if archived is None else ["archived"])])
    audit.record("group.changed", actor_id=by, target_kind="group", target_id=group_id, fields=changed)
    db.session.flush()
    return find(group_id)


def remove(group_id: int, *, by: int) -> None:
    """Delete a group with its memberships, as soon as the seats that it has given are ended. Its code is free at once.

    Raises:
        NoSuchGroup: it does not exist.
    """
    group = lock(group_id)
    audit.record("group.deleted", actor_id=by, target_kind="group", target_id=group_id, code=group.code)
    # No code contains a line break.
    group.deleted_at, group.code_key = now(), f"{group.code_key}\n{group_id}"
    _request(group_id)


def _request(group_id: int) -> None:
    """Have the change of a group take effect for its members."""
    group_seats.request(group_id)
    accommodated.changed_for_members(group_id)


def lock(group_id: int) -> Group:
    """Return a group, locked until the transaction ends.

    Raises:
        NoSuchGroup: it does not exist.
    """
    group = db.session.get(Group, group_id, with_for_update=True, populate_existing=True)
    if group is None or group.deleted_at:
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


def _find(group_id: int) -> dict[str, Any]:
    query = select(Group, MEMBERS).where(Group.id == group_id, Group.deleted_at.is_(None))
    found = db.session.execute(query).first()
    if found is None:
        raise NoSuchGroup()
    return _shown(*found)


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


def _given(group_ids: Collection[int]) -> Mapping[int, dict[str, list[Any]]]:
    """Return what each group is given, in order: `courses` and `programs`."""
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: {"courses": [], "programs": []})
    tables: Sequence[tuple[str, Any]] = (("courses", GroupCourse), ("programs", GroupProgram))
    for name, table in tables:
        for given in db.session.scalars(select(table).where(table.group_id.in_(group_ids)).order_by(table.id)):
            found[given.group_id][name].append(given)
    return found


def _shown(group: Group, members: int) -> dict[str, Any]:
    return _columns(group) | {"members": members}


def _columns(group: Group) -> dict[str, Any]:
    return {name: getattr(group, name) for name in SHOWN}
