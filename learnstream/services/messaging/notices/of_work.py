"""Notices to the staff of a course that learners have handed in work which they have to mark."""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.documents.projection import Projection
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import recipients, titles
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell


class Awaiting(TypedDict):
    """How many answers of an attempt await marking by hand."""

    awaiting: int


AWAITING = Projection(Attempt, Awaiting)


def attempt_submitted(event: FeedEvent) -> None:
    """Tell of an attempt, if not all of its answers were marked automatically."""
    attempt = AWAITING.find_one({"_id": ObjectId(event.data["attempt_id"])})
    if attempt and attempt["awaiting"]:
        submitted(event)


def submitted(event: FeedEvent) -> None:
    """Tell how much work was submitted in a course.

    While its learner must not be known, only the course's instructors are told, and only the day: at that moment, the
    learner may have completed the lesson, and with the staff of their groups the learner would be one of few.
    """
    course_id, learner_id = event.data["course_id"], event.data["user_id"]
    if (title := titles.of_course(course_id)) is None:
        return
    news = News(
        NoticeKind.WORK_SUBMITTED,
        event.id,
        target(TargetKind.COURSE, course_id),
        {"course": title},
        course_id=course_id,
        actor=learner_id,
        bundle=course_id if learner_id else f"{course_id}:anonymous",
        day=None if learner_id else _today(),
    )
    tell(news, recipients.staff(course_id, learner_id))


def _today() -> datetime:
    return now().replace(hour=0, minute=0, second=0, microsecond=0)
