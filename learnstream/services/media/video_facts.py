"""Application of updates to videos, idempotent and independent of their order.

Only the newest information counts: the newest snapshot of the asset, and for each track its newest update. The status
only moves forward. A video therefore ends up the same whether its webhook events arrive in order, in reverse or twice.
"""

import enum
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypedDict, cast

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import Video, VideoStatus
from learnstream.documents.projection import Projection, pick
from learnstream.documents.video import (
    AssetFacts,
    DerivedFacts,
    Stamp,
    StoredVideo,
    Track,
    TrackUpdate,
    VideoError,
)
from learnstream.errors.media import Contended
from learnstream.integrations import video as port
from learnstream.integrations.video import Stage, VideoUpdate
from learnstream.stores import cache

ATTEMPTS = 8
FINAL = {VideoStatus.DELETED, VideoStatus.CANCELLED, VideoStatus.TIMED_OUT}
# The time from a status change to the next review, so that a lost webhook does not delay a video for hours.
REVIEW_AFTER = timedelta(minutes=15)
# A video to be deleted may have waited for this change, since the service cannot delete an asset being prepared.
PURGE_AFTER = timedelta(minutes=1)
STORED = Projection(Video, StoredVideo)
NO_FACTS: DerivedFacts = {
    "playback_id": None,
    "duration": None,
    "aspect_ratio": None,
    "max_resolution": None,
    "tracks": [],
    "error": None,
}
# The order of updates of the same track at the same instant.
TRACK_RANKS = {"preparing": 0, "ready": 1, "errored": 1, "deleted": 2}


class Changes(TypedDict, total=False):
    """The fields that an update changes in a video, without those derived from them (`DerivedFacts`)."""

    upload_id: str
    upload_error: VideoError
    asset_id: str
    asset_facts: AssetFacts
    track_news: list[TrackUpdate]
    status: str
    status_at: datetime
    review_at: datetime | None
    purged_at: datetime


class Applied(enum.Enum):
    """The effect of an update on a video. UNKNOWN: there is no such video (yet)."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


def apply(update: VideoUpdate) -> Applied:
    """Apply an update to its video.

    Raises:
        Contended: the video kept being changed concurrently.
    """
    for _ in range(ATTEMPTS):
        video = find(update)
        if video is None:
            return Applied.UNKNOWN
        changes = diff(video, update)
        if not changes:
            return Applied.UNCHANGED
        if write(video, changes):
            return Applied.CHANGED
    raise Contended()


def find(update: VideoUpdate) -> StoredVideo | None:
    """Return an update's video: by the asset's or upload's id, else by the passthrough, which is our own id.

    A passthrough does not suffice if the video has another asset: the vendor copies it when an asset is clipped.
    """
    own_id = ObjectId(update.passthrough) if ObjectId.is_valid(update.passthrough) else None
    # The asset's id takes precedence, and most updates are of a known asset.
    found = _find_by(update, asset_id=update.asset_id)
    return found or _find_by(update, upload_id=update.upload_id, _id=own_id)


def _find_by(update: VideoUpdate, **names: Any) -> StoredVideo | None:
    wanted = [{name: value} for name, value in names.items() if value]
    found = STORED.find({"$or": wanted}) if wanted else []
    for name, value in names.items():
        for video in found:
            if value and video.get(name) == value and _is_compatible(video, update):
                return video
    return None


def _is_compatible(video: StoredVideo, update: VideoUpdate) -> bool:
    known = video.get("asset_id")
    return known is None or update.asset_id is None or known == update.asset_id


def advance(video_id: ObjectId, to: VideoStatus, **changes: Any) -> Applied:
    """Move a video's status forward. UNCHANGED if it is there or beyond, so that repeating it changes nothing."""
    fields = {"status": to.value, "status_at": now(), "updated_at": now(), **changes}
    result = Video.collection().update_one(
        {"_id": video_id, "status": {"$in": [status.value for status in to.may_follow]}},
        {"$set": fields, "$inc": {"revision": 1}},
    )
    if result.modified_count:
        forget(video_id)
        return Applied.CHANGED
    return Applied.UNCHANGED if Video.collection().find_one({"_id": video_id}, {"_id": 1}) else Applied.UNKNOWN


def write(video: StoredVideo, changes: Mapping[str, object]) -> bool:
    """Update a video unless it has changed since it was read; return whether it was updated."""
    try:
        result = Video.collection().update_one(
            {"_id": video["_id"], "revision": video["revision"]},
            {"$set": {**changes, "updated_at": now()}, "$inc": {"revision": 1}},
        )
    except DuplicateKeyError:
        # Another video got this asset meanwhile; the caller's next look-up finds that one.
        return False
    forget(video["_id"])
    return bool(result.modified_count)


def forget(video_id: ObjectId) -> None:
    """Invalidate a video's cache entry."""
    cache.invalidate(key(video_id))


def key(video_id: ObjectId | str) -> str:
    """Return the key of a video's cache entry."""
    return f"video:{video_id}"


def diff(video: StoredVideo, update: VideoUpdate) -> dict[str, object]:
    """Return the fields that an update changes in a video; none if all of it is known or outdated."""
    facts: Changes = {**_snapshot(video, update), **_track(video, update), **_upload_error(video, update)}
    derived: Mapping[str, object] = _derived({**video, **facts}) if facts else {}
    return {**_ids(video, update), **facts, **derived, **_status(video, update)}


def _ids(video: StoredVideo, update: VideoUpdate) -> Changes:
    new: Changes = {}
    if update.upload_id and not video.get("upload_id"):
        new["upload_id"] = update.upload_id
    if update.asset_id and not video.get("asset_id"):
        new["asset_id"] = update.asset_id
    if "asset_id" in new and video["status"] in FINAL and not video["purged_at"]:
        # The video was given up, but now has an asset that costs money: the next review deletes it.
        new["review_at"] = now()
    return new


def _status(video: StoredVideo, update: VideoUpdate) -> Changes:
    source = update.asset or update.upload
    if source is None:
        return {}
    changes: Changes = {}
    to = VideoStatus(source.stage.value)
    if video["status"] in to.may_follow:
        pause = PURGE_AFTER if video["purging"] else REVIEW_AFTER
        changes = {"status": to.value, "status_at": now(), "review_at": now() + pause}
    if source.stage is Stage.DELETED and not video["purged_at"]:
        changes = {**changes, "purged_at": update.at, "review_at": None}
    return changes


def _snapshot(video: StoredVideo, update: VideoUpdate) -> Changes:
    asset = update.asset
    if asset is None or not _is_newer(update, video["asset_facts"]):
        return {}
    facts: DerivedFacts = {
        "playback_id": asset.playback_id,
        "duration": asset.duration,
        "aspect_ratio": asset.aspect_ratio,
        "max_resolution": asset.max_resolution,
        "tracks": [_stored(track) for track in asset.tracks],
        "error": asset.error,
    }
    return {"asset_facts": {**_stamp(update), **facts}}


def _track(video: StoredVideo, update: VideoUpdate) -> Changes:
    if update.track is None:
        return {}
    others = [known for known in video["track_news"] if known["id"] != update.track.id]
    previous = next((known for known in video["track_news"] if known["id"] == update.track.id), None)
    if not _is_newer(update, previous):
        return {}
    current: TrackUpdate = {**_stored(update.track), **_stamp(update)}
    return {"track_news": sorted([*others, current], key=lambda known: str(known["id"]))}


def _stored(track: port.Track) -> Track:
    return cast(Track, asdict(track))


def _derived(video: StoredVideo) -> DerivedFacts:
    """Return the fields derived from a video's snapshot, track updates and upload error."""
    facts = video["asset_facts"]
    # The asset's own error is more specific than the upload's and takes precedence.
    own: DerivedFacts = {
        **pick(DerivedFacts, facts or NO_FACTS),
        "tracks": _tracks(facts, video["track_news"]),
        "error": (facts["error"] if facts else None) or video["upload_error"],
    }
    return own


def _tracks(facts: AssetFacts | None, track_news: list[TrackUpdate]) -> list[Track]:
    """Return the snapshot's tracks, replaced by newer updates. A track missing from a newer snapshot was deleted."""
    tracks = {track["id"]: track for track in facts["tracks"]} if facts else {}
    for update in track_news:
        known = tracks.get(update["id"])
        if not facts or update["at"] > facts["at"] or (update["at"] == facts["at"] and _is_further(update, known)):
            tracks[update["id"]] = pick(Track, update)
    return [track for track in tracks.values() if track["status"] != "deleted"]


def _upload_error(video: StoredVideo, update: VideoUpdate) -> Changes:
    if update.upload is None or update.upload.stage is not Stage.ERRORED or video["upload_error"]:
        return {}
    return {"upload_error": update.upload.error or {"type": "upload_failed", "messages": ["The upload failed."]}}


def _stamp(update: VideoUpdate) -> Stamp:
    return {"at": update.at, "rank": update.rank, "event": update.id}


def _is_newer(update: VideoUpdate, known: Stamp | None) -> bool:
    # The event's id breaks ties, so that the order of arrival does not matter.
    return not known or (update.at, update.rank, update.id) > (known["at"], known["rank"], known["event"])


def _is_further(update: TrackUpdate, known: Track | None) -> bool:
    return known is None or TRACK_RANKS[update["status"]] >= TRACK_RANKS.get(known["status"], 0)
