"""Bundles: events that share a notice, and notices that share a mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from pymongo import UpdateOne

from learnstream.documents import Notification
from learnstream.documents.notification import NoticeMail, StoredNotice
from learnstream.documents.projection import Projection
from learnstream.services.messaging.notices import writing
from learnstream.services.messaging.notices.news import News
from learnstream.stores.mongo import Expression

# Events in one notice: with each, the next change of it takes longer.
MOST = 500
# A mail that is due sooner may be on its way.
MARGIN = timedelta(seconds=30)


class DueMail(TypedDict):
    """When a mail to a person is due."""

    user_id: int
    mail_at: datetime


DUE = Projection(Notification, DueMail)


def join(news: News, notices: Sequence[StoredNotice]) -> None:
    """Add an event to the open notices of those of these people who have one, unless another notice has the event.

    What was told before they chose otherwise is not joined.
    """
    open_ones = {
        "kind": news.kind.value,
        "bundle": news.bundle,
        "open_until": {"$gt": news.told_at},
        "read_at": None,
        "event_ids": {"$ne": news.event_id},
        "count": {"$lt": MOST},
    }
    same = ("user_id", "in_app", "mail")
    writing.update_many(
        [UpdateOne({name: each[name] for name in same} | open_ones, _addition(each)) for each in notices]  # type: ignore[literal-required]
    )


def _addition(notice: StoredNotice) -> Expression:
    latest = {name: notice[name] for name in ("updated_at", "facts", "target", "course_id")}
    return {"$push": {"event_ids": notice["event_ids"][0]}, "$inc": {"count": 1}, "$set": latest}


def align(news: News, notices: Sequence[StoredNotice]) -> None:
    """Let new notices be mailed with the mail of their kind that is due to the same person before theirs.

    Not those whose time would tell whose act it was.
    """
    if news.day is not None:
        return
    due = _due(news, [each["user_id"] for each in notices if each["mail"] == NoticeMail.AT_ONCE])
    for each in notices:
        if earlier := due.get(each["user_id"]):
            each["open_until"] = each["mail_at"] = earlier


def _due(news: News, user_ids: Sequence[int]) -> Mapping[int, datetime]:
    """Return when the mails of people are due that are so before the mail of new notices."""
    between = {"$gt": news.told_at + MARGIN, "$lt": news.open_until}
    due = {"user_id": {"$in": user_ids}, "kind": news.kind.value, "mail": NoticeMail.AT_ONCE.value, "mail_at": between}
    return {each["user_id"]: each["mail_at"] for each in DUE.find(due)} if user_ids else {}
