"""The days of a learner's record of a lesson: what was watched on each. Nothing here asks a store or a clock.

`days` maps a day to the sets of seconds that were watched on it, by video. A report may add to a day for as long as it
may come late; after that, the day's count is enough and is kept in `past_days`, so that a record that is watched again
every day grows by a number a day and not by a set.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from learnstream.services.delivery import viewings
from learnstream.services.learning import coverage

LATE = viewings.LIFETIME  # the maximum age of a report
SLACK = timedelta(days=1)  # for processes whose clocks differ

Record = Mapping[str, Any]


def name(instant: datetime) -> str:
    """Return an instant's day, in UTC."""
    return instant.strftime("%Y-%m-%d")


def seconds(record: Record) -> dict[str, int]:
    """Return the seconds watched by day; a second counts once a day. A day without any is one of being there."""
    return {**record.get("past_days", {}), **{day: _count(sets) for day, sets in record.get("days", {}).items()}}


def total(record: Record) -> int:
    """Return the seconds of all days; records written before they were counted are added up."""
    known: int | None = record.get("day_seconds")
    # What was credited was watched on some day.
    return max(record.get("credited", 0), sum(seconds(record).values())) if known is None else known


def past(record: Record, moment: datetime) -> Iterator[tuple[str, int]]:
    """Give the days to which no report can add any more, with their counts."""
    first = name(moment - LATE - SLACK)
    return ((day, _count(sets)) for day, sets in record.get("days", {}).items() if day < first)


def _count(sets: Mapping[str, Any]) -> int:
    return sum(coverage.count(words) for words in sets.values())
