"""Mux's webhooks: are they Mux's, and what do they tell."""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from learnstream.errors.media import SignatureExpired, SignatureInvalid
from learnstream.integrations.mux import records
from learnstream.integrations.mux.records import UNREADABLE, Record
from learnstream.integrations.video import DONE_RANK, Stage, VideoUpdate

TOLERANCE = timedelta(seconds=300)
# Longer than any header of Mux's with several signatures.
MAX_HEADER = 4096

UPLOAD_EVENTS = {
    "video.upload.created": Stage.WAITING,
    "video.upload.asset_created": Stage.PREPARING,
    "video.upload.cancelled": Stage.CANCELLED,
    "video.upload.errored": Stage.ERRORED,
}
# None: what the asset in the event says of itself.
ASSET_EVENTS = {
    "video.asset.created": Stage.PREPARING,
    "video.asset.ready": Stage.READY,
    "video.asset.errored": Stage.ERRORED,
    "video.asset.deleted": Stage.DELETED,
    "video.asset.updated": None,
    "video.asset.warning": None,
    "video.asset.static_renditions.ready": None,
}
TRACK_EVENTS = {
    "video.asset.track.created": "preparing",
    "video.asset.track.ready": "ready",
    "video.asset.track.errored": "errored",
    "video.asset.track.deleted": "deleted",
}
# Everything else is stored, acknowledged and ignored.
HANDLED = UPLOAD_EVENTS.keys() | ASSET_EVENTS.keys() | TRACK_EVENTS.keys()

# Of the updates of one instant, the higher rank is the later: a record that is done outranks one that is not.
DONE = {"ready", "errored"}
LATER_TYPES = {"video.asset.created": 0, "video.asset.updated": 2, "video.asset.deleted": 3}
TRACK_RANKS = {"preparing": 0, "ready": 1, "errored": 1, "deleted": 2}


class UnreadableEvent(ValueError):
    """An event of a kind we handle does not say what such events say."""


def verify(raw: bytes, header: str, secrets: Sequence[str], at: datetime) -> None:
    """Check that one of the secrets signed exactly these bytes, within the tolerance of `at`.

    Raises:
        SignatureInvalid: it is missing, malformed or made with another secret.
        SignatureExpired: it is genuine, but from another time: perhaps a replay.
    """
    stamp, given = _parse(header)
    signed = stamp.encode() + b"." + raw
    expected = [hmac.digest(secret.encode(), signed, "sha256").hex() for secret in secrets]
    if not any(hmac.compare_digest(mine, theirs) for mine in expected for theirs in given):
        raise SignatureInvalid()
    if abs(at.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise SignatureExpired()


def _parse(header: str) -> tuple[str, list[str]]:
    parts = [part.strip().partition("=") for part in header[:MAX_HEADER].split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1" and re.fullmatch("[0-9a-f]{64}", value)]
    if len(stamps) != 1 or not re.fullmatch(r"[0-9]{1,12}", stamps[0]) or not signatures:
        raise SignatureInvalid()
    return stamps[0], signatures


def read(payload: Record) -> VideoUpdate | None:
    """Say in our words what an event tells; None when it is none of our business.

    Raises:
        UnreadableEvent: it should be, but cannot be understood.
    """
    if payload["type"] not in HANDLED:
        return None
    try:
        return _update(payload["type"], payload["id"], occurred_at(payload), payload["data"])
    except UNREADABLE as error:
        raise UnreadableEvent(f"{payload['type']} cannot be read: {error!r}") from error


def occurred_at(payload: Record) -> datetime:
    """Return the instant of Mux's clock at which the event happened.

    Raises:
        UNREADABLE: it does not say.
    """
    at = datetime.fromisoformat(payload["created_at"])
    # MongoDB keeps milliseconds: what is compared later must be what is kept.
    return at.replace(tzinfo=at.tzinfo or UTC, microsecond=at.microsecond // 1000 * 1000).astimezone(UTC)


def _update(event_type: str, event_id: str, at: datetime, data: Any) -> VideoUpdate | None:
    if event_type in UPLOAD_EVENTS:
        return VideoUpdate(event_id, at, rank=0, upload=records.upload(data, stage=UPLOAD_EVENTS[event_type]))
    if event_type in TRACK_EVENTS:
        track = records.track(data, status=TRACK_EVENTS[event_type])
        return VideoUpdate(event_id, at, rank=TRACK_RANKS[track.status], track=track, track_of=data["asset_id"])
    if ASSET_EVENTS[event_type] is None and data.get("status") is None:
        return None
    asset = records.asset(data, as_of=at, stage=ASSET_EVENTS[event_type])
    return VideoUpdate(event_id, at, rank=_rank(event_type, data), asset=asset)


def _rank(event_type: str, data: Record) -> int:
    return DONE_RANK * (data.get("status") in DONE) + LATER_TYPES.get(event_type, 1)
