"""Deletion of what was announced to groups that were deleted. A course's announcements go with the course."""

from sqlalchemy import select

from learnstream.documents.announcement import Announcement
from learnstream.models.group import Group
from learnstream.stores.sql import db


def delete_of_deleted_groups() -> int:
    """Delete the announcements of groups that do not exist any more; return how many there were."""
    announced: set[int] = {*Announcement.collection().distinct("group_id")} - {None}
    existing = select(Group.id).where(Group.id.in_(announced), Group.deleted_at.is_(None))
    deleted = announced - {*db.session.scalars(existing)}
    # Ids of groups are not used again.
    return Announcement.collection().delete_many({"group_id": {"$in": [*deleted]}}).deleted_count if deleted else 0
