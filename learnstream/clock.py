"""The application's clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time: aware, UTC, in whole milliseconds, which both databases store without loss."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
