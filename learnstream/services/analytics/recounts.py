"""Marks figures to be recounted, and writes them when they have been."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar

import pymongo
from pymongo import UpdateOne
from pymongo.write_concern import WriteConcern

from learnstream.clock import now
from learnstream.documents.base import Document
from learnstream.documents.projection import Projection

# Figures and their mark are one document: if a failover loses the write, they are only counted again.
UNJOURNALED = WriteConcern(w=1, j=False)
# After a count, figures rest for this multiple of its duration: counting takes at most a twentieth of the time.
REST = 20.0
# Counting takes longer than requests may wait, and the machine may be busy.
TIMEOUT = 60.0  # seconds
GROUP_SIZE = 100  # figures that are looked up, and written, at once
FLUSH_AFTER = 1.0  # seconds after which counts are written, however few


class Marked(TypedDict):
    """Figures that are due, as they were read."""

    _id: Any
    marks: int


M = TypeVar("M", bound=Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class Count:
    """The result of counting the figures that were read as `marked`, as of the instant `began`."""

    marked: Marked
    began: datetime
    seconds: float  # its duration
    figures: Mapping[str, object]


def mark(figures: type[Document], changes: Iterable[tuple[Any, dict[str, object]]]) -> None:
    """Mark figures to be recounted; a change is their id and further fields to set, as in a pipeline."""
    moment = now()
    marked = {
        "marks": {"$add": [{"$ifNull": ["$marks", 0]}, 1]},
        "due_at": {"$ifNull": ["$due_at", {"$max": [moment, "$rest_until"]}]},
    }
    writes = [
        UpdateOne({"_id": figures_id}, [{"$set": fields | marked}], upsert=True) for figures_id, fields in changes
    ]
    if writes:
        with pymongo.timeout(TIMEOUT):
            figures.collection().bulk_write(writes, ordered=False)


def due(figures: Projection[M]) -> Iterator[list[M]]:
    """Yield the figures that are due in groups, the longest waiting first, each once."""
    with pymongo.timeout(TIMEOUT):
        waiting = figures.document.collection().find({"due_at": {"$lte": now()}}, {}).sort("due_at", 1)
        ids = [each["_id"] for each in waiting]
    for start in range(0, len(ids), GROUP_SIZE):
        group = {"_id": {"$in": ids[start : start + GROUP_SIZE]}, "due_at": {"$lte": now()}}
        if found := figures.find(group):
            yield found


def write(figures: type[Document], counts: Iterable[Count], rest: float) -> int:
    """Write counts as they come, in batches, and return their number.

    Figures that were marked again since they were read are not written: they stay due.
    """
    waiting: list[UpdateOne] = []
    written, since = 0, time.monotonic()
    for count in counts:
        waiting.append(_write(count, rest))
        if time.monotonic() > since + FLUSH_AFTER:
            written += _flush(figures, waiting)
            waiting, since = [], time.monotonic()
    return written + _flush(figures, waiting)


def _write(count: Count, rest: float) -> UpdateOne:
    as_read = {"_id": count.marked["_id"], "marks": count.marked["marks"]}
    times = {"as_of": count.began, "rest_until": now() + timedelta(seconds=rest * count.seconds)}
    return UpdateOne(as_read, {"$set": {**count.figures, **times}, "$unset": {"due_at": ""}})


def _flush(figures: type[Document], writes: Sequence[UpdateOne]) -> int:
    if writes:
        with pymongo.timeout(TIMEOUT):
            figures.collection().with_options(write_concern=UNJOURNALED).bulk_write(writes, ordered=False)
    return len(writes)
