"""Days of a time zone, summed from the quarter-hours of UTC days (see `day_parts`)."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from learnstream.clock import UTC_NAME, time_zone
from learnstream.documents import DayStats
from learnstream.documents.projection import Projection
from learnstream.documents.stats import Quarters, StoredDayStats
from learnstream.services.analytics.day_parts import NEVER
from learnstream.services.learning import quarter_hours
from learnstream.services.learning.quarter_hours import A_DAY, first_of

Counts = Mapping[str, int]
STORED = Projection(DayStats, StoredDayStats)


@dataclass(frozen=True, slots=True)
class Days:
    """A range of days of a time zone, both ends included."""

    first: date
    last: date
    tz: str = UTC_NAME

    def __iter__(self) -> Iterator[str]:
        return (day.isoformat() for day in self.dates())

    def dates(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


def counts(scope: str, days: Days, in_utc: Mapping[str, Counts]) -> dict[str, Counts]:
    """Return the counts of a lesson, a course or the platform, by day.

    in_utc: the counts by UTC day. Days counted by an older release have only these, and count at noon.
    """
    if days.tz == UTC_NAME:
        return dict(in_utc)
    known = utc_days(days)
    ids = {f"{scope}:{day}": day for day in known}
    stored: dict[str, Quarters] = {ids[each["_id"]]: each for each in STORED.find({"_id": {"$in": list(ids)}})}
    return of_parts(days, {day: _at_noon(in_utc[day]) for day in known if day in in_utc} | stored)


def utc_days(days: Days) -> list[str]:
    """Return the UTC days that days of a time zone touch."""
    bounds = _bounds(days)
    known = {quarter_hours.day_of(number) for number in range(bounds[0], bounds[-1], A_DAY)}
    return sorted({*known, quarter_hours.day_of(bounds[-1] - 1)})


def of_parts(days: Days, parts: Mapping[str, Quarters]) -> dict[str, Counts]:
    """Return counts by day, from the quarter-hours of UTC days."""
    names, bounds = list(days), _bounds(days)
    found: dict[str, Counts] = {}
    for day, quarters in parts.items():
        first, sums, learners = first_of(day), quarters["sums"], quarters["learners"]
        for place, quarter in _places(bounds, first, {**sums, **learners}):
            counted = Counter(sums.get(quarter, {}))
            counted["active"] = sum(
                number for before, number in learners.get(quarter, {}).items() if first + int(before) < bounds[place]
            )
            found[names[place]] = counted + Counter(found.get(names[place], {}))
    return found


def _bounds(days: Days) -> list[int]:
    """Return the quarter-hours at which the days begin, and the one after the last day."""
    zone = time_zone(days.tz)
    # A midnight that a clock change skips counts as the instant of the change; of a repeated one, the first counts.
    midnights = (datetime.combine(day, time(), zone) for day in (*days.dates(), days.last + timedelta(days=1)))
    return [quarter_hours.number(midnight) for midnight in midnights]


def _at_noon(counted: Counts) -> Quarters:
    noon = str(quarter_hours.NOON)
    sums = {name: count for name, count in counted.items() if name != "active"}
    return {"sums": {noon: sums}, "learners": {noon: {str(NEVER): counted.get("active", 0)}}}


def _places(bounds: list[int], first: int, quarters: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the quarter-hours within the range, each with the place of its day."""
    for quarter in quarters:
        number = first + int(quarter)
        if bounds[0] <= number < bounds[-1]:
            yield bisect_right(bounds, number) - 1, quarter
