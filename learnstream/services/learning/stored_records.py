"""Readings of stored lesson records for roll-ups, without store access."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from learnstream.services.learning import coverage

# Projection without the fields that no figure is computed from.
UNREAD = {"seen": 0, "pending_events": 0}

NOT_BY_LEARNER = {"waived", "rule_change"}  # values of `completed_by`

Record = Mapping[str, Any]


def watched(video: Mapping[str, Any], name: str = "w") -> int:
    """Return the watched seconds of a video as a set; with the name `again`, those that were watched again."""
    return coverage.unpack(video.get(name, {}))


def shares(record: Record) -> dict[str, float]:
    """Return the watched share of each video, by video id."""
    return {video_id: seen["fraction"] for video_id, seen in record.get("watched", {}).items()}


def began_at(record: Record) -> datetime | None:
    """Return when the lesson was started; None for a record that was reset."""
    known = (record.get("began_at"), record.get("opened_at"), _completed_by_learner(record))
    return min(filter(None, known), default=None)


def last_active_at(record: Record) -> datetime | None:
    """Return when the learner last visited the lesson, as far as the record shows."""
    position = record.get("position") or {}
    known = (position.get("at"), record.get("opened_at"), record.get("began_at"), _completed_by_learner(record))
    return max(filter(None, known), default=None)


def _completed_by_learner(record: Record) -> datetime | None:
    return None if record.get("completed_by") in NOT_BY_LEARNER else record.get("completed_at")
