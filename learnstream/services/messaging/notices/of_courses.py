"""Notices of events that concern all learners of a course."""

from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.errors.authoring import NoSuchVersion
from learnstream.services.authoring import versions
from learnstream.services.authoring.publishing import Learners
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import recipients
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell


def published(event: FeedEvent) -> None:
    """Tell those who were enrolled before that a course has a new version, if they were moved to it."""
    course_id, number = event.data["course_id"], event.data["version"]
    if event.data["learners"] != Learners.MIGRATE:
        return
    try:
        version = versions.find(course_id, number)
    except NoSuchVersion:
        # The course was deleted.
        return
    news = News(
        NoticeKind.COURSE_VERSION,
        event.id,
        target(TargetKind.COURSE, course_id),
        {"course": version["course"]["title"], "version": number},
        course_id=course_id,
        actor=version["published_by"],
        bundle=course_id,
    )
    tell(news, recipients.learners(course_id, enrolled_before=version["published_at"]))
