"""Taking back what people were told."""

from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, Target
from learnstream.services.messaging.notices import unread

BATCH = 500  # notices


def retract(kind: NoticeKind, about: Target) -> None:
    """Delete the notices of a kind about something; it may be repeated, also after it was interrupted."""
    notices = Notification.collection()
    of_target = {"target.id": about["id"], "kind": kind.value}
    while found := [*notices.find(of_target, {"user_id": 1}).limit(BATCH)]:
        notices.delete_many({"_id": {"$in": [each["_id"] for each in found]}})
        unread.changed(each["user_id"] for each in found)
