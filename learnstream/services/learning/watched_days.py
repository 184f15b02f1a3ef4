"""The watched seconds per day in a lesson record, without access to a store or clock.

`days` maps a day to the sets of seconds watched on it, by video. Late reports may add to a day until the maximum age of
a report has passed; then only the count is kept, in `past_days`, so that a lesson that is watched every day grows its
record by a number per day and not by a set.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from learnstream.services.delivery import viewings
from learnstream.services.learning import coverage

LATE = viewings.LIFETIME  # the maximum age of a report
SLACK = timedelta(days=1)  # for clock differences between processes

Record = Mapping[str, Any]


def name(instant: datetime) -> str:
    """Return the day of a time, in UTC."""
    return instant.strftime("%Y-%m-%d")


def seconds(record: Record) -> dict[str, int]:
    """Return the number of seconds watched by day, each second once per day; 0 if the lesson was only opened."""
    return {**record.get("past_days", {}), **{day: _count(sets) for day, sets in record.get("days", {}).items()}}


def total(record: Record) -> int:
    """Return the sum of the seconds of all days, computed for old records that do not store it."""
    stored: int | None = record.get("day_seconds")
    # All credited seconds were watched on some day.
    return max(record.get("credited", 0), sum(seconds(record).values())) if stored is None else stored


def past(record: Record, moment: datetime) -> Iterator[tuple[str, int]]:
    """Yield the days to which no report can add any more, with their counts."""
    first = name(moment - LATE - SLACK)
    return ((day, _count(sets)) for day, sets in record.get("days", {}).items() if day < first)


def _count(sets: Mapping[str, Any]) -> int:
    return sum(coverage.count(words) for words in sets.values())
