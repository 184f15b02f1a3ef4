"""The application's clock."""

from datetime import UTC, date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

UTC_NAME = "UTC"
# Names in a system's directory of time zones that are not the IANA database's, or no place's.
NOT_ZONES = {"localtime", "Factory"}


def now() -> datetime:
    """Return the current time: aware, UTC, in whole milliseconds, which both databases store without loss."""
    return whole_milliseconds(datetime.now(UTC))


def whole_milliseconds(instant: datetime) -> datetime:
    """Return a time truncated to MongoDB's precision, so that it equals the value read back."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def age(since: datetime | None) -> float | None:
    """Return for how many seconds something has lasted; None if it has not begun."""
    return (now() - since).total_seconds() if since else None


def today(tz: str) -> date:
    """Return the present day in a time zone."""
    return now().astimezone(time_zone(tz)).date()


def time_zone(name: str) -> tzinfo:
    """Return one of `time_zones`."""
    return UTC if name == UTC_NAME else ZoneInfo(name)


@cache
def time_zones() -> frozenset[str]:
    """Return the names of the time zones that the system knows: at least UTC."""
    return frozenset(available_timezones() - NOT_ZONES | {UTC_NAME})
