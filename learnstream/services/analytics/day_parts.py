"""Counts by quarter-hour of UTC days, collected by the roll-up, from which days of any time zone are summed.

A learner's day in a lesson counts as a whole in the quarter-hour in which it began. To count each learner of a range
once, entries are grouped by the learner's previous quarter-hour: if it is outside the range, this one is their first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import pymongo
from pymongo import DeleteOne, ReplaceOne
from pymongo.errors import BulkWriteError

from learnstream.documents import DayStats
from learnstream.documents.stats import Quarters
from learnstream.services.analytics.recounts import TIMEOUT, UNJOURNALED
from learnstream.services.learning.quarter_hours import A_DAY, day_of, first_of
from learnstream.stores import mongo

# Earlier than the day before: no local day that overlaps this UTC day goes back so far.
NEVER = -A_DAY - 1


class DayParts:
    """Sums and learners by quarter-hour, for any days."""

    def __init__(self) -> None:
        self._sums: defaultdict[str, defaultdict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._learners: defaultdict[str, defaultdict[int, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))

    def add(self, number: int, name: str, count: int) -> None:
        """Add to a sum of a quarter-hour."""
        if count:
            self._sums[day_of(number)][number % A_DAY][name] += count

    def add_learners(self, number: int, before: int | None, learners: int = 1) -> None:
        """Count learners whose day in a lesson began in this quarter-hour, and the previous one in `before`."""
        since = NEVER if before is None else before - number + number % A_DAY
        self._learners[day_of(number)][number % A_DAY][max(NEVER, since)] += learners

    def totals(self, day: str) -> Counter[str]:
        """Return the sums of a UTC day, and the number of learners `active` on it."""
        total: Counter[str] = Counter()
        for counts in self._sums[day].values():
            total.update(counts)
        total["active"] = sum(
            count for counts in self._learners[day].values() for before, count in counts.items() if before < 0
        )
        return total

    def stored(self, day: str) -> Quarters:
        """Return a UTC day as it is stored, in a fixed order."""
        return {"sums": _named(self._sums[day]), "learners": _named(self._learners[day])}

    def days(self) -> list[str]:
        """Return the UTC days that have counts."""
        return sorted({day for days in (self._sums, self._learners) for day, parts in days.items() if parts})


def _named(parts: Mapping[int, Mapping[Any, int]]) -> dict[str, dict[str, int]]:
    return {
        str(quarter): {str(name): count for name, count in sorted(counts.items())}
        for quarter, counts in sorted(parts.items())
    }


def write(scope: str, days: Mapping[str, Quarters], as_of: datetime) -> None:
    """Write UTC days of a lesson, a course or the platform unless a later count has; empty ones are deleted."""
    writes = [_write(f"{scope}:{day}", parts, as_of) for day, parts in days.items()]
    if not writes:
        return
    try:
        with pymongo.timeout(TIMEOUT):
            DayStats.collection().with_options(write_concern=UNJOURNALED).bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        # A later count did not match the filter, so the upsert hit a duplicate key.
        if not mongo.is_duplicate_key(error):
            raise


def _write(name: str, parts: Quarters, as_of: datetime) -> ReplaceOne[Any] | DeleteOne:
    not_later = {"_id": name, "as_of": {"$lte": as_of}}
    if not any(parts.values()):
        return DeleteOne(not_later)
    return ReplaceOne(not_later, {**parts, "as_of": as_of}, upsert=True)


def changed(parts: DayParts, digests: Mapping[str, str]) -> tuple[dict[str, Quarters], dict[str, str]]:
    """Return the days whose digests differ from these, and the new digests of all days."""
    found = {day: parts.stored(day) for day in parts.days()}
    new = {day: _digest(stored) for day, stored in found.items()}
    changed_days = {day for day, _ in new.items() ^ digests.items()}
    return {day: found.get(day) or {"sums": {}, "learners": {}} for day in sorted(changed_days)}, new


def _digest(stored: Quarters) -> str:
    return blake2b(repr(stored).encode(), digest_size=8).hexdigest()


def following(day: str) -> str:
    """Return the UTC day after a day; its learners are counted by their activity on the day before."""
    return day_of(first_of(day) + A_DAY)


def preceding(days: Iterable[str]) -> set[str]:
    """Return the UTC days before these."""
    return {day_of(first_of(day) - A_DAY) for day in days}
