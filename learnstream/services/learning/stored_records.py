"""What roll-ups read off a learner's record of a lesson, as it is stored. Nothing here asks a store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from learnstream.services.learning import coverage

# What no figure is counted from.
UNREAD = {"seen": 0, "pending_events": 0}

NOT_BY_LEARNER = {"waived", "rule_change"}  # of what completed a lesson

Record = Mapping[str, Any]


def watched(video: Mapping[str, Any], name: str = "w") -> int:
    """Return the seconds of a video that were watched, as a set; `again`: those that were so again."""
    return coverage.unpack(video.get(name, {}))


def shares(record: Record) -> dict[str, float]:
    """Return the watched share of each video, by its id."""
    return {video_id: seen["fraction"] for video_id, seen in record.get("watched", {}).items()}


def began_at(record: Record) -> datetime | None:
    """Return when the lesson was begun; None for a record that has been emptied."""
    known = (record.get("began_at"), record.get("opened_at"), _completed_by_learner(record))
    return min(filter(None, known), default=None)


def last_active_at(record: Record) -> datetime | None:
    """Return when the learner was last there, as far as the record tells."""
    position = record.get("position") or {}
    known = (position.get("at"), record.get("opened_at"), record.get("began_at"), _completed_by_learner(record))
    return max(filter(None, known), default=None)


def whole_milliseconds(instant: datetime) -> datetime:
    """Return an instant as exactly as MongoDB keeps it, so that it equals what is read back."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _completed_by_learner(record: Record) -> datetime | None:
    return None if record.get("completed_by") in NOT_BY_LEARNER else record.get("completed_at")
