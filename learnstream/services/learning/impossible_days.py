"""Repair of records written while a report could name any day: days before a lesson was begun are taken out."""

from typing import Any

import pymongo

from learnstream.clock import now
from learnstream.documents import Progress

PATIENCE = 600.0  # seconds: it reads all records

DAYS = {"$objectToArray": {"$ifNull": ["$days", {}]}}
# Of who never asked for playback, nothing says when that was but the last report.
BEGAN_AT = {"$ifNull": [{"$min": ["$began_at", "$opened_at"]}, "$updated_at"]}
FIRST = {"$dateToString": {"date": BEGAN_AT, "format": "%Y-%m-%d"}}
POSSIBLE: dict[str, Any] = {"$filter": {"input": DAYS, "cond": {"$gte": ["$$this.k", FIRST]}}}


def remove() -> int:
    """Take such days out of all records, and return how many records had some. The next roll-up counts them anew."""
    has_some = {"$expr": {"$ne": [POSSIBLE, DAYS]}}
    repaired = {
        "days": {"$arrayToObject": POSSIBLE},
        "revision": {"$add": ["$revision", 1]},
        "updated_at": now(),
    }
    with pymongo.timeout(PATIENCE):
        written_before = {"day_seconds": {"$exists": False}}
        return Progress.collection().update_many(written_before | has_some, [{"$set": repaired}]).modified_count
