"""Erases what a person was told, which also says what others did."""

from learnstream.documents import Notification
from learnstream.services.messaging.notices import unread


def erase(user_id: int) -> int:
    """Delete a person's notices; return how many. One who is to get no new ones must have been disabled before."""
    deleted = Notification.collection().delete_many({"user_id": user_id}).deleted_count
    unread.changed([user_id])
    return deleted
