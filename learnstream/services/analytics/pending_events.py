"""News that learners' records carry: moved to the feed of events, each once.

A record is written without PostgreSQL, so it carries what there is to tell until somebody takes it along. Recording
comes first and taking it off the record second: a crash in between tells it twice, and the feed knows its id.
"""

from typing import Any

from pymongo import UpdateOne

from learnstream.documents import Progress
from learnstream.services.foundation import events
from learnstream.services.foundation.events import NewEvent
from learnstream.stores.sql import db

BATCH = 200  # records

Record = dict[str, Any]


def move(batch: int = BATCH) -> int:
    """Move what records have to tell to the feed, and return how many events that were. Several workers do no harm."""
    moved = 0
    waiting = {"pending_events.id": {"$exists": True}}
    while found := list(Progress.collection().find(waiting, {"pending_events": 1}).limit(batch)):
        moved += events.record_all([_news(each) for record in found for each in record["pending_events"]])
        db.session.commit()
        Progress.collection().bulk_write([_taken(record) for record in found], ordered=False)
    return moved


def _news(pending: Record) -> NewEvent:
    return NewEvent(id=pending["id"], type=pending["type"], data=pending["data"], at=pending["at"])


def _taken(record: Record) -> UpdateOne:
    """Take off a record what was told; what has come meanwhile stays. To its learner, nothing has changed."""
    told = [pending["id"] for pending in record["pending_events"]]
    return UpdateOne({"_id": record["_id"]}, {"$pull": {"pending_events": {"id": {"$in": told}}}})
