"""The order of entries that match equally well: courses, then books, then lessons; in each kind the newest first."""

from datetime import datetime

from learnstream.documents.search_entry import FoundKind

SECONDS_PER_DAY = 86_400
SPAN = 1_000_000  # ranks of a kind, more than days that have been counted since 1970
FIRST = {FoundKind.LESSON: SPAN, FoundKind.BOOK: 2 * SPAN, FoundKind.COURSE: 3 * SPAN}


def of(kind: FoundKind, since: datetime) -> int:
    """Return the rank of something of a kind that was published or added then."""
    return FIRST[kind] + int(since.timestamp()) // SECONDS_PER_DAY


def of_kind(kind: FoundKind) -> dict[str, int]:
    """Return the condition for the ranks of a kind."""
    return {"$gte": FIRST[kind], "$lt": FIRST[kind] + SPAN}
