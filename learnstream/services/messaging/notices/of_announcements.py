"""Notices of announcements."""

from collections.abc import Iterable

from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.services.announcements import announcements
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import recipients, retracting, titles
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell


def published(event: FeedEvent) -> None:
    """Tell those whom an announcement is for, unless it was withdrawn; neither its author nor who has published it."""
    announcement_id = event.data["announcement_id"]
    found, of = announcements.told(announcement_id), _source(event)
    if found is None or of is None:
        return
    news = News(
        NoticeKind.ANNOUNCEMENT,
        event.id,
        target(TargetKind.ANNOUNCEMENT, announcement_id),
        {"title": found["title"], "of": of},
        course_id=event.data["course_id"],
        actor=event.data["by"],
    )
    tell(news, (each for each in _audience(event) if each != found["created_by"]))


def withdrawn(event: FeedEvent) -> None:
    """Take back what people were told of an announcement."""
    retracting.retract(NoticeKind.ANNOUNCEMENT, target(TargetKind.ANNOUNCEMENT, event.data["announcement_id"]))


def _source(event: FeedEvent) -> str | None:
    """Return the title of the course, or the name of the group; None if that is not there for learners."""
    course_id = event.data["course_id"]
    return titles.of_course(course_id) if course_id else titles.of_group(event.data["group_id"])


def _audience(event: FeedEvent) -> Iterable[int]:
    course_id = event.data["course_id"]
    return recipients.learners(course_id) if course_id else recipients.members(event.data["group_id"])
