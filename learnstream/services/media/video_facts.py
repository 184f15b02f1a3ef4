"""What is known of videos, and how updates change it: in whatever order they come, and however often.

Of everything that can be told, only the newest counts: the newest snapshot of the asset, and for each track the newest
update of it. The state moves forward only. So a video ends up the same whether its events come in order, backwards or
twice.
"""

import enum
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import Video, VideoStatus
from learnstream.errors.media import Contended
from learnstream.integrations.video import Stage, VideoUpdate
from learnstream.stores import cache

Record = dict[str, Any]

ATTEMPTS = 8
FINAL = {VideoStatus.DELETED, VideoStatus.CANCELLED, VideoStatus.TIMED_OUT}
# After a change, how long until a video is looked at again: a lost webhook should not leave it waiting for hours.
REVIEW_AFTER = timedelta(minutes=15)
# One that is to be deleted may have waited for just this change: the service deletes nothing that it is preparing.
PURGE_AFTER = timedelta(minutes=1)
FACTS = ("playback_id", "duration", "aspect_ratio", "max_resolution", "error")
STAMP = ("at", "rank", "event")
# Of the updates of one instant about one track.
TRACK_RANKS = {"preparing": 0, "ready": 1, "errored": 1, "deleted": 2}


class Applied(enum.Enum):
    """What an update did to a video. UNKNOWN: there is no such video (yet)."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


def apply(update: VideoUpdate) -> Applied:
    """Apply an update to the video it is about.

    Raises:
        Contended: others kept changing the video meanwhile.
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


def find(update: VideoUpdate) -> Record | None:
    """Return the video that an update is about: by its asset or upload, else by the passthrough, which is our own id.

    A passthrough alone does not make a second asset ours: the vendor copies it when somebody clips or duplicates one.
    """
    own_id = ObjectId(update.passthrough) if ObjectId.is_valid(update.passthrough) else None
    # An asset's own video goes before any other, and most updates are of an asset that is known.
    own = _find_by(update, asset_id=update.asset_id)
    return own or _find_by(update, upload_id=update.upload_id, _id=own_id)


def _find_by(update: VideoUpdate, **names: Any) -> Record | None:
    wanted = [{name: value} for name, value in names.items() if value]
    found = list(Video.collection().find({"$or": wanted})) if wanted else []
    for name, value in names.items():
        for video in found:
            if value and video.get(name) == value and _may_be(video, update):
                return video
    return None


def _may_be(video: Record, update: VideoUpdate) -> bool:
    known = video.get("asset_id")
    return known is None or update.asset_id is None or known == update.asset_id


def advance(video_id: ObjectId, to: VideoStatus, **changes: Any) -> Applied:
    """Move a video forward. UNCHANGED when it is there or beyond, so that repeating it changes nothing."""
    fields = {"status": to.value, "status_at": now(), "updated_at": now(), **changes}
    result = Video.collection().update_one(
        {"_id": video_id, "status": {"$in": [status.value for status in to.may_follow]}},
        {"$set": fields, "$inc": {"revision": 1}},
    )
    if result.modified_count:
        forget(video_id)
        return Applied.CHANGED
    return Applied.UNCHANGED if Video.collection().find_one({"_id": video_id}, {"_id": 1}) else Applied.UNKNOWN


def write(video: Record, changes: Mapping[str, Any]) -> bool:
    """Change a video, provided nobody else has since it was read; say whether that was so."""
    try:
        result = Video.collection().update_one(
            {"_id": video["_id"], "revision": video["revision"]},
            {"$set": {**changes, "updated_at": now()}, "$inc": {"revision": 1}},
        )
    except DuplicateKeyError:
        # Another video was given this asset meanwhile: whoever looks again finds that one.
        return False
    forget(video["_id"])
    return bool(result.modified_count)


def forget(video_id: ObjectId) -> None:
    """Drop what is cached of a video."""
    cache.invalidate(key(video_id))


def key(video_id: ObjectId | str) -> str:
    """Name what is cached of a video."""
    return f"video:{video_id}"


def diff(video: Mapping[str, Any], update: VideoUpdate) -> Record:
    """Return what an update changes in a video; nothing if all of it is known or older than what is known."""
    told = {**_snapshot(video, update), **_track(video, update), **_upload_error(video, update)}
    shown = _shown({**video, **told}) if told else {}
    return {**_ids(video, update), **told, **shown, **_status(video, update)}


def _ids(video: Mapping[str, Any], update: VideoUpdate) -> Record:
    ids = {"upload_id": update.upload_id, "asset_id": update.asset_id}
    new: Record = {name: value for name, value in ids.items() if value and not video.get(name)}
    if "asset_id" in new and video["status"] in FINAL and not video.get("purged_at"):
        # We had given it up, and now there is an asset to pay for: the next review removes it.
        new["review_at"] = now()
    return new


def _status(video: Mapping[str, Any], update: VideoUpdate) -> Record:
    source = update.asset or update.upload
    if source is None:
        return {}
    changes: Record = {}
    to = VideoStatus(source.stage.value)
    if video["status"] in to.may_follow:
        pause = PURGE_AFTER if video.get("purging") else REVIEW_AFTER
        changes = {"status": to.value, "status_at": now(), "review_at": now() + pause}
    if source.stage is Stage.DELETED and not video.get("purged_at"):
        changes |= {"purged_at": update.at, "review_at": None}
    return changes


def _snapshot(video: Mapping[str, Any], update: VideoUpdate) -> Record:
    if update.asset is None or not _is_newer(update, video.get("asset_facts")):
        return {}
    facts = {name: getattr(update.asset, name) for name in FACTS}
    return {"asset_facts": _stamp(update) | facts | {"tracks": [asdict(track) for track in update.asset.tracks]}}


def _track(video: Mapping[str, Any], update: VideoUpdate) -> Record:
    if update.track is None:
        return {}
    others = [known for known in video.get("track_news", []) if known["id"] != update.track.id]
    mine = next((known for known in video.get("track_news", []) if known["id"] == update.track.id), None)
    if not _is_newer(update, mine):
        return {}
    told = asdict(update.track) | _stamp(update)
    return {"track_news": sorted([*others, told], key=lambda known: str(known["id"]))}


def _shown(video: Mapping[str, Any]) -> Record:
    """Return what is shown of a video of which this is known."""
    facts = video.get("asset_facts") or {}
    shown = {name: facts.get(name) for name in FACTS}
    # An upload that failed says little; what the asset says of itself takes its place.
    shown["error"] = shown["error"] or video.get("upload_error")
    return shown | {"tracks": _tracks(facts, video.get("track_news", []))}


def _tracks(facts: Record, track_news: list[Record]) -> list[Record]:
    """Return the snapshot's tracks with newer updates in their place. A snapshot that lacks a track knew it was gone."""
    tracks = {track["id"]: track for track in facts.get("tracks", [])}
    for told in track_news:
        known = tracks.get(told["id"])
        if not facts or told["at"] > facts["at"] or (told["at"] == facts["at"] and _is_further(told, known)):
            tracks[told["id"]] = {name: value for name, value in told.items() if name not in STAMP}
    return [track for track in tracks.values() if track["status"] != "deleted"]


def _upload_error(video: Mapping[str, Any], update: VideoUpdate) -> Record:
    if update.upload is None or update.upload.stage is not Stage.ERRORED or video.get("upload_error"):
        return {}
    return {"upload_error": update.upload.error or {"type": "upload_failed", "messages": ["The upload failed."]}}


def _stamp(update: VideoUpdate) -> Record:
    return {"at": update.at, "rank": update.rank, "event": update.id}


def _is_newer(update: VideoUpdate, known: Record | None) -> bool:
    # The event's id decides between updates that cannot be told apart otherwise, so that their order of arrival does not.
    return not known or (update.at, update.rank, update.id) > (known["at"], known["rank"], known["event"])


def _is_further(told: Record, known: Record | None) -> bool:
    return known is None or TRACK_RANKS[told["status"]] >= TRACK_RANKS.get(known["status"], 0)
