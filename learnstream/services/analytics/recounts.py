"""Marking figures that are to be counted again, and writing them when they have been."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.write_concern import WriteConcern

from learnstream.clock import now
from learnstream.documents.base import Document

# Figures and the mark that they have been counted are one document: losing it in a failover only counts them again.
QUICKLY = WriteConcern(w=1, j=False)
# Figures rest after a count for so many times the time it took: counting takes at most a twentieth of the time.
REST = 20.0
# Counting takes longer than requests may wait, and the machine may be busy.
PATIENCE = 60.0  # seconds
GROUP = 100  # figures that are looked up, and written, in one go
SOON = 1.0  # seconds after which what has been counted is written, however little that is

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """What came of counting the figures that were read as `marked`, from what was true when it `began`."""

    marked: Figures
    began: datetime
    seconds: float  # that it took
    figures: Figures


def mark(figures: type[Document], changes: Iterable[tuple[Any, dict[str, Any]]]) -> None:
    """Mark figures to be counted again; a change is their id and what else to set of them, as in a pipeline."""
    moment = now()
    marked = {
        "marks": {"$add": [{"$ifNull": ["$marks", 0]}, 1]},
        "due_at": {"$ifNull": ["$due_at", {"$max": [moment, "$rest_until"]}]},
    }
    writes = [UpdateOne({"_id": name}, [{"$set": fields | marked}], upsert=True) for name, fields in changes]
    if writes:
        with pymongo.timeout(PATIENCE):
            figures.collection().bulk_write(writes, ordered=False)


def due(figures: type[Document], fields: dict[str, int]) -> Iterator[list[Figures]]:
    """Give what is to be counted now in groups, those that wait for longest first: each once."""
    with pymongo.timeout(PATIENCE):
        ids = [each["_id"] for each in figures.collection().find({"due_at": {"$lte": now()}}, {}).sort("due_at", 1)]
    for start in range(0, len(ids), GROUP):
        group = {"_id": {"$in": ids[start : start + GROUP]}, "due_at": {"$lte": now()}}
        if found := list(figures.collection().find(group, fields | {"marks": 1})):
            yield found


def write(figures: type[Document], counts: Iterable[Count], rest: float) -> int:
    """Write counts as they come, some at a time, and return how many they were.

    What somebody has marked since it was looked up is not written: it stays due.
    """
    waiting: list[UpdateOne] = []
    written, since = 0, time.monotonic()
    for count in counts:
        waiting.append(_write(count, rest))
        if time.monotonic() > since + SOON:
            written += _send(figures, waiting)
            waiting, since = [], time.monotonic()
    return written + _send(figures, waiting)


def _write(count: Count, rest: float) -> UpdateOne:
    as_read = {"_id": count.marked["_id"], "marks": count.marked["marks"]}
    times = {"as_of": count.began, "rest_until": now() + timedelta(seconds=rest * count.seconds)}
    return UpdateOne(as_read, {"$set": count.figures | times, "$unset": {"due_at": ""}})


def _send(figures: type[Document], writes: Sequence[UpdateOne]) -> int:
    if writes:
        with pymongo.timeout(PATIENCE):
            figures.collection().with_options(write_concern=QUICKLY).bulk_write(writes, ordered=False)
    return len(writes)
