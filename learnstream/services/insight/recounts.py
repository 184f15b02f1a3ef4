"""Marking figures that are to be counted again, and writing them when they have been."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.write_concern import WriteConcern

from learnstream.clock import now
from learnstream.documents.base import Document

# Figures and the mark that they have been counted are one document: losing it in a failover only counts them again.
QUICKLY = WriteConcern(w=1, j=False)
# Figures rest after a count for so many times the time it took: counting takes at most a twentieth of the time.
REST = 20.0
LOOK_AHEAD = 1000


def mark(figures: type[Document], changes: Iterable[tuple[Any, dict[str, Any]]]) -> None:
    """Mark figures to be counted again; a change is their id and what else to set of them, as in a pipeline."""
    moment = now()
    marked = {
        "marks": {"$add": [{"$ifNull": ["$marks", 0]}, 1]},
        "due_at": {"$ifNull": ["$due_at", {"$max": [moment, "$rest_until"]}]},
    }
    writes = [UpdateOne({"_id": name}, [{"$set": fields | marked}], upsert=True) for name, fields in changes]
    if writes:
        figures.collection().bulk_write(writes, ordered=False)


def due(figures: type[Document], fields: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Give what is to be counted now, those that wait for longest first: each once."""
    ids = [each["_id"] for each in figures.collection().find({"due_at": {"$lte": now()}}, {}).sort("due_at", 1)]
    for start in range(0, len(ids), LOOK_AHEAD):
        for name in ids[start : start + LOOK_AHEAD]:
            if found := figures.collection().find_one({"_id": name, "due_at": {"$lte": now()}}, fields | {"marks": 1}):
                yield found


@dataclass
class Count:
    """A count that is under way; put into `figures` what came of it."""

    began: datetime
    figures: dict[str, Any] = field(default_factory=dict)


@contextmanager
def counting(figures: type[Document], marked: dict[str, Any], rest: float) -> Iterator[Count]:
    """Write the figures that are counted inside, unless somebody has marked them meanwhile: then they stay due."""
    count, clock = Count(now()), time.monotonic()
    yield count
    rest_until = now() + timedelta(seconds=rest * (time.monotonic() - clock))
    figures.collection().with_options(write_concern=QUICKLY).update_one(
        {"_id": marked["_id"], "marks": marked["marks"]},
        {"$set": count.figures | {"as_of": count.began, "rest_until": rest_until}, "$unset": {"due_at": ""}},
    )
