"""The only source of time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current instant: aware, UTC, whole milliseconds, so that both stores give back what they were given."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
