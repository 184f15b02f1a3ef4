"""The groups that a user is in."""

from sqlalchemy import select

from learnstream.models.group import Group, GroupMember
from learnstream.stores.sql import db


def names(user_id: int) -> dict[int, str]:
    """Return the names of the groups that a user is in, archived ones excepted, by id."""
    present = (GroupMember.user_id == user_id, GroupMember.left_at.is_(None), Group.is_active())
    rows = db.session.execute(select(Group.id, Group.name).join(GroupMember).where(*present))
    return {row.id: row.name for row in rows}
