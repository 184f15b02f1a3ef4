"""Staff of groups: instructors who see a group's learners, and their progress in its courses."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select

from learnstream.models.group import Group, GroupMember, GroupStaff
from learnstream.services.authoring import instructors
from learnstream.services.enrollment import groups
from learnstream.services.foundation import audit
from learnstream.stores.keyset import Found, Part
from learnstream.stores.sql import db


def ids(group_id: int) -> Sequence[int]:
    """Return the ids of a group's staff.

    Raises:
        NoSuchGroup: it does not exist.
    """
    groups.require(group_id)
    of_group = select(GroupStaff.user_id).where(GroupStaff.group_id == group_id).order_by(GroupStaff.user_id)
    return db.session.scalars(of_group).all()


def replace(group_id: int, user_ids: Collection[int], *, by: int) -> Sequence[int]:
    """Replace a group's staff. Return their ids.

    Raises:
        NoSuchGroup: it does not exist.
        Unprocessable: not all of them are active instructors or administrators.
    """
    groups.lock(group_id)
    before, after = set(ids(group_id)), set(user_ids)
    instructors.require_authors(list(dict.fromkeys(user_ids)), field="user_ids")
    db.session.execute(
        delete(GroupStaff).where(GroupStaff.group_id == group_id, GroupStaff.user_id.in_(before - after))
    )
    db.session.add_all(GroupStaff(group_id=group_id, user_id=each) for each in sorted(after - before))
    details = {"before": sorted(before), "after": sorted(after)}
    audit.record("group.staff_changed", actor_id=by, target_kind="group", target_id=group_id, **details)
    db.session.flush()
    return sorted(after)


def groups_of(user_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the groups that a user is staff of, by name."""
    of_user = select(GroupStaff.group_id).where(GroupStaff.user_id == user_id)
    return groups.listed([Group.id.in_(of_user)], part)


def has_course(group_id: int, course_id: str) -> bool:
    """Return whether a group is given a course, by itself or in a program."""
    return course_id in groups.course_ids(group_id)


def has_member(group_id: int, user_id: int) -> bool:
    """Return whether a user is in a group."""
    present = (GroupMember.group_id == group_id, GroupMember.user_id == user_id, GroupMember.left_at.is_(None))
    return db.session.scalar(select(func.count()).where(*present)) == 1


def is_staff_of(staff_id: int, user_id: int, course_id: str) -> bool:
    """Return whether a user is staff of a group that another user is in, and that is given a course."""
    shared = _groups_of_learner(user_id).where(GroupStaff.user_id == staff_id)
    return any(has_course(group_id, course_id) for group_id in db.session.scalars(shared).all())


def of_learner(user_id: int, course_id: str) -> set[int]:
    """Return the staff of the groups that a user is in, and that are given a course."""
    group_ids = db.session.scalars(_groups_of_learner(user_id).distinct()).all()
    given = [group_id for group_id in group_ids if has_course(group_id, course_id)]
    return {*db.session.scalars(select(GroupStaff.user_id).where(GroupStaff.group_id.in_(given)))} if given else set()


def _groups_of_learner(user_id: int) -> Select[int]:
    """Select the groups with staff that a user is in, once for each of the staff."""
    return (
        select(GroupStaff.group_id)
        .join(GroupMember, GroupMember.group_id == GroupStaff.group_id)
        .join(Group, Group.id == GroupStaff.group_id)
        .where(GroupMember.user_id == user_id, GroupMember.left_at.is_(None), Group.deleted_at.is_(None))
    )


def memberships(staff_id: int, course_id: str) -> dict[int, frozenset[int]]:
    """Return the members of all groups that a user is staff of and that are given a course, each with their groups."""
    of_staff = select(GroupStaff.group_id).where(GroupStaff.user_id == staff_id)
    given = [group_id for group_id in db.session.scalars(of_staff) if has_course(group_id, course_id)]
    present = (GroupMember.group_id.in_(given), GroupMember.left_at.is_(None))
    found = defaultdict(set)
    for row in db.session.execute(select(GroupMember.user_id, GroupMember.group_id).where(*present)):
        found[row.user_id].add(row.group_id)
    return {user_id: frozenset(group_ids) for user_id, group_ids in found.items()}
