"""Pending events of progress records: moved to the event feed, each once.

A record is written without PostgreSQL, so it keeps its events until a job moves them. They are recorded first and
removed from the record second: after a crash in between they are recorded again, and the feed recognizes their ids.
"""

from typing import TypedDict

from pymongo import UpdateOne

from learnstream.documents import Progress
from learnstream.documents.progress import ProgressEvent
from learnstream.documents.projection import Projection
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

BATCH = 200  # records


class Waiting(TypedDict):
    """A record's pending events."""

    _id: str
    pending_events: list[ProgressEvent]


WAITING = Projection(Progress, Waiting)


def move(batch: int = BATCH) -> int:
    """Move pending events to the feed and return their number. Several workers may do so at once."""
    moved = 0
    waiting = {"pending_events.id": {"$exists": True}}
    while found := WAITING.find(waiting, limit=batch):
        moved += events.record_all([_feed_event(each) for record in found for each in record["pending_events"]])
        db.session.commit()
        Progress.collection().bulk_write([_removal(record) for record in found], ordered=False)
    return moved


def _feed_event(pending: ProgressEvent) -> NewEvent:
    return NewEvent(id=pending["id"], type=pending["type"], data=pending["data"], at=pending["at"])


def _removal(record: Waiting) -> UpdateOne:
    """Remove recorded events from a record; later ones stay. Its revision stays, since the progress is the same."""
    recorded = [pending["id"] for pending in record["pending_events"]]
    return UpdateOne({"_id": record["_id"]}, {"$pull": {"pending_events": {"id": {"$in": recorded}}}})
