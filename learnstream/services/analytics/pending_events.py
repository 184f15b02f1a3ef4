"""Pending events of what is written without PostgreSQL, such as progress records and attempts: moved to the feed, each once.

All are written without PostgreSQL, so they keep their events until a job moves them. They are recorded first and
removed from the document second: after a crash in between they are recorded again, and the feed recognizes their ids.
"""

from typing import TypedDict

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.documents import Attempt, Progress, Review, Submission
from learnstream.documents.announcement import Announcement
from learnstream.documents.base import Document
from learnstream.documents.progress import ProgressEvent
from learnstream.documents.projection import Projection
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

TASK = "learnstream.move_news"
BATCH = 200  # documents
SOURCES: tuple[type[Document], ...] = (Progress, Attempt, Submission, Review, Announcement)
WAITING_ONES = {"pending_events.id": {"$exists": True}}


class Waiting(TypedDict):
    """A document's pending events."""

    _id: str | ObjectId
    pending_events: list[ProgressEvent]


def move(batch: int = BATCH) -> int:
    """Move pending events to the feed and return their number. Several workers may do so at once."""
    return sum(_move(source, batch) for source in SOURCES)


def _move(source: type[Document], batch: int) -> int:
    moved = 0
    waiting = Projection(source, Waiting)
    while found := waiting.find(WAITING_ONES, limit=batch):
        moved += events.record_all([_feed_event(each) for one in found for each in one["pending_events"]])
        db.session.commit()
        source.collection().bulk_write([_removal(one) for one in found], ordered=False)
    return moved


def _feed_event(pending: ProgressEvent) -> NewEvent:
    return NewEvent(id=pending["id"], type=pending["type"], data=pending["data"], at=pending["at"])


def _removal(document: Waiting) -> UpdateOne:
    """Remove recorded events from a document; later ones stay. Its revision stays, since its content is the same."""
    recorded = [pending["id"] for pending in document["pending_events"]]
    return UpdateOne({"_id": document["_id"]}, {"$pull": {"pending_events": {"id": {"$in": recorded}}}})
