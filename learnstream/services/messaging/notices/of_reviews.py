"""Notices to the authors of reviews."""

from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Review
from learnstream.documents.notification import NoticeKind, TargetKind
from learnstream.documents.projection import Projection
from learnstream.documents.review import Hidden, Reply, SubjectKind
from learnstream.services.foundation.followers import FeedEvent
from learnstream.services.messaging.notices import titles
from learnstream.services.messaging.notices.news import News, target
from learnstream.services.messaging.notices.telling import tell

TARGETS = {SubjectKind.COURSE: TargetKind.COURSE, SubjectKind.BOOK: TargetKind.BOOK}


class Answered(TypedDict):
    """What became of a review."""

    user_id: int | None
    reply: Reply | None
    hidden: Hidden | None


ANSWERED = Projection(Review, Answered)


def replied(event: FeedEvent) -> None:
    """Tell the author that a review was answered, unless the answer or the review is not shown any more."""
    review = _find(event)
    if review and review["reply"] and not review["hidden"]:
        _tell(event, NoticeKind.REVIEW_REPLIED)


def hidden(event: FeedEvent) -> None:
    """Tell the author that and why a review was hidden, unless it is shown again."""
    review = _find(event)
    if review and review["hidden"]:
        _tell(event, NoticeKind.REVIEW_HIDDEN, reason=review["hidden"]["reason"])


def _find(event: FeedEvent) -> Answered | None:
    """Return the review of an event; None if it was deleted, or the author's account erased."""
    return ANSWERED.find_one({"_id": ObjectId(event.data["review_id"]), "user_id": event.data["user_id"]})


def _tell(event: FeedEvent, kind: NoticeKind, **facts: str) -> None:
    subject, subject_id = SubjectKind(event.data["subject_kind"]), event.data["subject_id"]
    is_course = subject is SubjectKind.COURSE
    title = titles.of_course(subject_id) if is_course else titles.of_book(subject_id)
    if title is not None:
        news = News(
            kind,
            event.id,
            target(TARGETS[subject], subject_id),
            {"title": title, **facts},
            course_id=subject_id if is_course else None,
            actor=event.data["by"],
        )
        tell(news, [event.data["user_id"]])
