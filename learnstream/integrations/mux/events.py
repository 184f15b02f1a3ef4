"""Mux webhooks: signature verification and parsing."""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from learnstream.clock import whole_milliseconds
from learnstream.errors.media import SignatureExpired, SignatureInvalid
from learnstream.integrations.mux import records
from learnstream.integrations.mux.records import UNREADABLE, Record
from learnstream.integrations.video import DONE_RANK, Stage, VideoUpdate

TOLERANCE = timedelta(seconds=300)
# Longer than any signature header that Mux sends, even with several signatures.
MAX_HEADER = 4096

UPLOAD_EVENTS = {
    "video.upload.created": Stage.WAITING,
    "video.upload.asset_created": Stage.PREPARING,
    "video.upload.cancelled": Stage.CANCELLED,
    "video.upload.errored": Stage.ERRORED,
}
# None: the stage is the status of the asset in the event.
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

# Among updates of the same instant, the higher rank is the later: a finished asset outranks an unfinished one.
DONE = {"ready", "errored"}
LATER_TYPES = {"video.asset.created": 0, "video.asset.updated": 2, "video.asset.deleted": 3}
TRACK_RANKS = {"preparing": 0, "ready": 1, "errored": 1, "deleted": 2}


class UnreadableEvent(ValueError):
    """An event of a handled type does not have the expected shape."""


def verify(raw: bytes, header: str, secrets: Sequence[str], at: datetime) -> None:
    """Verify that these bytes were signed with one of the secrets, within the tolerance of `at`.

    Raises:
        SignatureInvalid: the signature is missing, malformed or made with another secret.
        SignatureExpired: the signature is valid but its timestamp is not within the tolerance, as in a replay.
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
    """Convert a webhook event to an update; None if it is not relevant.

    Raises:
        UnreadableEvent: its type is handled, but its data cannot be parsed.
    """
    if payload["type"] not in HANDLED:
        return None
    try:
        return _update(payload["type"], payload["id"], occurred_at(payload), payload["data"])
    except UNREADABLE as error:
        raise UnreadableEvent(f"{payload['type']} cannot be parsed: {error!r}") from error


def occurred_at(payload: Record) -> datetime:
    """Return when the event happened, by Mux's clock.

    Raises:
        UNREADABLE: the timestamp is missing or malformed.
    """
    at = datetime.fromisoformat(payload["created_at"])
    # MongoDB stores milliseconds: truncated here, so that later comparisons see the stored value.
    return whole_milliseconds(at.replace(tzinfo=at.tzinfo or UTC)).astimezone(UTC)


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
