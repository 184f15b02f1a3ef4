"""Notices of announcements."""

from collections.abc import Iterable
from typing import TypedDict

from bson import ObjectId

from learnstream.documents.announcement import Announcement, AnnouncementStatus
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.documents.projection import Projection
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import recipients, titles
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell


class Announced(TypedDict):
    """What a notice says of an announcement, as long as it is published."""

    title: str
    status: str


ANNOUNCED = Projection(Announcement, Announced)


def published(event: FeedEvent) -> None:
    """Tell those whom an announcement is for, unless it was withdrawn."""
    announcement_id, course_id = event.data["announcement_id"], event.data["course_id"]
    found, of = ANNOUNCED.find_one({"_id": ObjectId(announcement_id)}), _source(event)
    if found is None or found["status"] != AnnouncementStatus.PUBLISHED or of is None:
        return
    news = News(
        NoticeKind.ANNOUNCEMENT,
        event.id,
        target(TargetKind.ANNOUNCEMENT, announcement_id),
        {"title": found["title"], "of": of},
        course_id=course_id,
        actor=event.data["by"],
    )
    tell(news, _audience(event))


def _source(event: FeedEvent) -> str | None:
    """Return the title of the course, or the name of the group; None if it was deleted."""
    course_id = event.data["course_id"]
    return titles.of_course(course_id) if course_id else titles.of_group(event.data["group_id"])


def _audience(event: FeedEvent) -> Iterable[int]:
    course_id = event.data["course_id"]
    return recipients.learners(course_id) if course_id else recipients.members(event.data["group_id"])
