"""Quarter-hours since 1970-01-01T00:00Z: every time zone's days have begun on one since the year 2000."""

from datetime import UTC, date, datetime

SECONDS = 900
A_DAY = 96
NOON = 48
_EPOCH = date(1970, 1, 1).toordinal()


def number(instant: datetime) -> int:
    """Return the number of the quarter-hour in which an instant lies."""
    return int(instant.timestamp() // SECONDS)


def of_day(instant: datetime) -> int:
    """Return the quarter-hour of its UTC day in which an instant lies, from 0 to 95."""
    return number(instant) % A_DAY


def first_of(day: str) -> int:
    """Return the number of a UTC day's first quarter-hour."""
    return (date.fromisoformat(day).toordinal() - _EPOCH) * A_DAY


def day_of(number: int) -> str:
    """Return the UTC day of a quarter-hour, as `YYYY-MM-DD`."""
    return datetime.fromtimestamp(number * SECONDS, UTC).strftime("%Y-%m-%d")
