"""When digests go out: at eight in the morning where the recipient is, at most once on each local date.

Where clocks skip eight o'clock, it is when they would have shown it; where they repeat it, the first time. A date that a
zone skips has no digest.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

MORNING = time(8)
DAY = timedelta(days=1)


def next_after(moment: datetime, zone: tzinfo, sent_on: date | None = None) -> datetime:
    """Return when the first digest after a moment is due, on a later local date than the last one."""
    day = local_date(moment, zone)
    if sent_on is not None:
        day = max(day, sent_on + DAY)
    while (due := _morning(day, zone)) <= moment or local_date(due, zone) != day:
        day += DAY
    return due


def is_due(moment: datetime, zone: tzinfo, sent_on: date | None) -> bool:
    """True if the digest of the present local date is due, and has not been sent."""
    day = local_date(moment, zone)
    return moment >= _morning(day, zone) and (sent_on is None or sent_on < day)


def local_date(moment: datetime, zone: tzinfo) -> date:
    """Return the date of a moment in a time zone."""
    return moment.astimezone(zone).date()


def _morning(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
