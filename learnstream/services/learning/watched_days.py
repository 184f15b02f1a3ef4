"""The watched seconds per day in a lesson record, without access to a store or clock.

`days` maps a day to the sets of seconds watched on it, by video. Late reports may add to a day until the maximum age of
a report has passed; then only the count is kept, in `past_days`, so that a lesson that is watched every day grows its
record by a number per day and not by a set. `quarters` maps a day to the quarter-hour in which it began.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from learnstream.documents.progress import WatchedDays, Words
from learnstream.services.delivery import viewings
from learnstream.services.learning import coverage, quarter_hours

LATE = viewings.LIFETIME  # the maximum age of a report
SLACK = timedelta(days=1)  # for clock differences between processes


def name(instant: datetime) -> str:
    """Return the day of a time, in UTC."""
    return instant.date().isoformat()


def seconds(record: WatchedDays) -> dict[str, int]:
    """Return the number of seconds watched by day, each second once per day; 0 if the lesson was only opened."""
    return {**record["past_days"], **{day: _count(sets) for day, sets in record["days"].items()}}


def quarters(record: WatchedDays) -> dict[str, int]:
    """Return the quarter-hour, from 0 to 95, in which each day began: noon for days written before it was noted."""
    known = record["quarters"]
    return {day: known.get(day, quarter_hours.NOON) for day in (*record["past_days"], *record["days"])}


def noted_quarter(record: WatchedDays, day: str) -> int:
    """Return before which quarter-hour a day would have begun earlier: none, if it is older than these notes."""
    known = record["quarters"].get(day)
    if known is not None:
        return known
    return 0 if day in record["days"] or day in record["past_days"] else quarter_hours.A_DAY


def total(record: WatchedDays) -> int:
    """Return the sum of the seconds of all days, computed for old records that do not store it."""
    stored = record["day_seconds"]
    # All credited seconds were watched on some day.
    return max(record["credited"], sum(seconds(record).values())) if stored is None else stored


def past(record: WatchedDays, moment: datetime) -> Iterator[tuple[str, int]]:
    """Yield the days to which no report can add any more, with their counts."""
    first = name(moment - LATE - SLACK)
    return ((day, _count(sets)) for day, sets in record["days"].items() if day < first)


def _count(sets: Mapping[str, Words]) -> int:
    return sum(coverage.count(words) for words in sets.values())
