"""Publishing scheduled announcements at their times: each once, however many workers there are."""

from learnstream.clock import now
from learnstream.documents.announcement import AnnouncementStatus, ToldAnnouncement
from learnstream.services.announcements import writing
from learnstream.services.announcements.announcements import TOLD

TASK = "learnstream.publish_announcements"
BATCH = 100


def publish_due() -> int:
    """Publish the announcements that are due; return how many."""
    moment = now()
    due = {"status": AnnouncementStatus.SCHEDULED.value, "publish_at": {"$lte": moment}}
    published = 0
    # What another worker has published, or was changed meanwhile, is not found again.
    while found := TOLD.find(due, sort=[("publish_at", 1)], limit=BATCH):
        published += sum(_is_published(each) for each in found)
    if published:
        writing.tell_soon()
    return published


def _is_published(announcement: ToldAnnouncement) -> bool:
    publishing = writing.publishing(announcement, now(), by=announcement["created_by"])
    return writing.store(announcement, publishing) is not None
