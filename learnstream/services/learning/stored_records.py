"""Readings of stored lesson records for roll-ups."""

from datetime import datetime

from learnstream.documents import Progress
from learnstream.documents.progress import CountedProgress, PathRecord, Watched
from learnstream.documents.projection import Projection

COUNTED = Projection(Progress, CountedProgress)

NOT_BY_LEARNER = {"waived", "rule_change"}  # values of `completed_by`


def shares(record: Watched) -> dict[str, float]:
    """Return the watched share of each video, by video id."""
    return {video_id: seen["fraction"] for video_id, seen in record["watched"].items()}


def began_at(record: PathRecord) -> datetime | None:
    """Return when the lesson was started; None for a record that was reset."""
    known = (record["began_at"], record["opened_at"], _completed_by_learner(record))
    return min(filter(None, known), default=None)


def last_active_at(record: PathRecord) -> datetime | None:
    """Return when the learner last visited the lesson, as far as the record shows."""
    position = record["position"]
    seen = (position and position["at"], record["opened_at"], record["submitted_at"], record["began_at"])
    known = (*seen, _completed_by_learner(record))
    return max(filter(None, known), default=None)


def _completed_by_learner(record: PathRecord) -> datetime | None:
    return None if record["completed_by"] in NOT_BY_LEARNER else record["completed_at"]
