"""Conversion of Mux's JSON records to the video port's types. REST responses and webhooks share their shapes."""

from datetime import datetime
from typing import Any

from learnstream.integrations.video import Asset, AssetPage, Stage, Track, Upload

Record = dict[str, Any]
# The exceptions that these functions raise for a record of an unexpected shape.
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)

UPLOAD_STAGES = {
    "waiting": Stage.WAITING,
    "asset_created": Stage.PREPARING,
    "errored": Stage.ERRORED,
    "cancelled": Stage.CANCELLED,
    "timed_out": Stage.TIMED_OUT,
}
ASSET_STAGES = {"preparing": Stage.PREPARING, "ready": Stage.READY, "errored": Stage.ERRORED}


def asset(data: Record, *, as_of: datetime, stage: Stage | None = None) -> Asset:
    """Parse an asset; `stage` is implied by a webhook event's type, by default the record's status.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    return Asset(
        id=_id(data["id"]),
        stage=stage or ASSET_STAGES[data["status"]],
        as_of=as_of,
        passthrough=data.get("passthrough"),
        upload_id=data.get("upload_id"),
        playback_id=_signed_playback_id(data),
        duration=_positive(data.get("duration")),
        aspect_ratio=data.get("aspect_ratio"),
        max_resolution=data.get("max_stored_resolution"),
        tracks=tuple(track(each) for each in data.get("tracks") or []),
        error=data.get("errors"),
    )


def asset_page(data: list[Record], *, next_cursor: str | None) -> AssetPage:
    """Parse a page of the list of assets.

    Raises:
        UNREADABLE: a record has an unexpected shape.
    """
    return AssetPage(tuple(_id(record["id"]) for record in data), next_cursor and _id(next_cursor))


def upload(data: Record, *, stage: Stage | None = None) -> Upload:
    """Parse an upload.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    return Upload(
        id=_id(data["id"]),
        stage=stage or UPLOAD_STAGES[data["status"]],
        passthrough=(data.get("new_asset_settings") or {}).get("passthrough"),
        url=data.get("url"),
        timeout=data.get("timeout"),
        asset_id=data.get("asset_id"),
        error=data.get("error"),
    )


def track(data: Record, *, status: str = "") -> Track:
    """Parse a track; video and audio tracks have no status of their own and are ready with their asset.

    Raises:
        UNREADABLE: the record has an unexpected shape.
    """
    return Track(
        id=_id(data["id"]),
        type=data["type"],
        status=status or data.get("status") or "ready",
        text_type=data.get("text_type") or "",
        text_source=data.get("text_source") or "",
        language_code=data.get("language_code") or "",
        name=data.get("name") or "",
    )


def _id(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an id is missing")
    return value


def _signed_playback_id(data: Record) -> str | None:
    return next((each["id"] for each in data.get("playback_ids") or [] if each["policy"] == "signed"), None)


def _positive(value: Any) -> float | None:
    return None if value is None else max(0.0, float(value))
