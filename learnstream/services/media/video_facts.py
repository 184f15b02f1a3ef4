"""What is known of videos, and how news changes it: in whatever order it comes, and however often.

Of everything that can be told, only the newest counts: the newest snapshot of the asset, and for each track the newest
news of it. The state moves forward only. So a video ends up the same whether its events come in order, backwards or
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
from learnstream.integrations.video import News, Stage
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
# Of the news of one instant about one track.
TRACK_RANKS = {"preparing": 0, "ready": 1, "errored": 1, "deleted": 2}


class Moved(enum.Enum):
    """What news did to a video. UNKNOWN: there is no such video (yet)."""

    MOVED = "moved"
    ALREADY = "already"
    UNKNOWN = "unknown"


def take(news: News) -> Moved:
    """Apply news to the video it is about.

    Raises:
        Contended: others kept changing the video meanwhile.
    """
    for _ in range(ATTEMPTS):
        video = find(news)
        if video is None:
            return Moved.UNKNOWN
        changes = weigh(video, news)
        if not changes:
            return Moved.ALREADY
        if write(video, changes):
            return Moved.MOVED
    raise Contended()


def find(news: News) -> Record | None:
    """Return the video that news is about: by its asset or upload, else by the passthrough, which is our own id.

    A passthrough alone does not make a second asset ours: the vendor copies it when somebody clips or duplicates one.
    """
    own_id = ObjectId(news.passthrough) if ObjectId.is_valid(news.passthrough) else None
    # An asset's own video goes before any other, and most news is of an asset that is known.
    own = _find_by(news, asset_id=news.asset_id)
    return own or _find_by(news, upload_id=news.upload_id, _id=own_id)


def _find_by(news: News, **names: Any) -> Record | None:
    wanted = [{name: value} for name, value in names.items() if value]
    found = list(Video.collection().find({"$or": wanted})) if wanted else []
    for name, value in names.items():
        for video in found:
            if value and video.get(name) == value and _may_be(video, news):
                return video
    return None


def _may_be(video: Record, news: News) -> bool:
    known = video.get("asset_id")
    return known is None or news.asset_id is None or known == news.asset_id


def advance(video_id: ObjectId, to: VideoStatus, **changes: Any) -> Moved:
    """Move a video forward. ALREADY when it is there or beyond, so that repeating it changes nothing."""
    fields = {"status": to.value, "status_at": now(), "updated_at": now(), **changes}
    result = Video.collection().update_one(
        {"_id": video_id, "status": {"$in": [status.value for status in to.may_follow]}},
        {"$set": fields, "$inc": {"revision": 1}},
    )
    if result.modified_count:
        forget(video_id)
        return Moved.MOVED
    return Moved.ALREADY if Video.collection().find_one({"_id": video_id}, {"_id": 1}) else Moved.UNKNOWN


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


def weigh(video: Mapping[str, Any], news: News) -> Record:
    """Return what news changes in a video; nothing if all of it is known or older than what is known."""
    told = {**_snapshot(video, news), **_track(video, news), **_upload_error(video, news)}
    shown = _shown({**video, **told}) if told else {}
    return {**_ids(video, news), **told, **shown, **_status(video, news)}


def _ids(video: Mapping[str, Any], news: News) -> Record:
    ids = {"upload_id": news.upload_id, "asset_id": news.asset_id}
    new: Record = {name: value for name, value in ids.items() if value and not video.get(name)}
    if "asset_id" in new and video["status"] in FINAL and not video.get("purged_at"):
        # We had given it up, and now there is an asset to pay for: the next review removes it.
        new["review_at"] = now()
    return new


def _status(video: Mapping[str, Any], news: News) -> Record:
    source = news.asset or news.upload
    if source is None:
        return {}
    changes: Record = {}
    to = VideoStatus(source.stage.value)
    if video["status"] in to.may_follow:
        pause = PURGE_AFTER if video.get("purging") else REVIEW_AFTER
        changes = {"status": to.value, "status_at": now(), "review_at": now() + pause}
    if source.stage is Stage.DELETED and not video.get("purged_at"):
        changes |= {"purged_at": news.at, "review_at": None}
    return changes


def _snapshot(video: Mapping[str, Any], news: News) -> Record:
    if news.asset is None or not _is_newer(news, video.get("asset_facts")):
        return {}
    facts = {name: getattr(news.asset, name) for name in FACTS}
    return {"asset_facts": _stamp(news) | facts | {"tracks": [asdict(track) for track in news.asset.tracks]}}


def _track(video: Mapping[str, Any], news: News) -> Record:
    if news.track is None:
        return {}
    others = [known for known in video.get("track_news", []) if known["id"] != news.track.id]
    mine = next((known for known in video.get("track_news", []) if known["id"] == news.track.id), None)
    if not _is_newer(news, mine):
        return {}
    told = asdict(news.track) | _stamp(news)
    return {"track_news": sorted([*others, told], key=lambda known: str(known["id"]))}


def _shown(video: Mapping[str, Any]) -> Record:
    """Return what is shown of a video of which this is known."""
    facts = video.get("asset_facts") or {}
    shown = {name: facts.get(name) for name in FACTS}
    # An upload that failed says little; what the asset says of itself takes its place.
    shown["error"] = shown["error"] or video.get("upload_error")
    return shown | {"tracks": _tracks(facts, video.get("track_news", []))}


def _tracks(facts: Record, track_news: list[Record]) -> list[Record]:
    """Return the snapshot's tracks with newer news in their place. A snapshot that lacks a track knew it was gone."""
    tracks = {track["id"]: track for track in facts.get("tracks", [])}
    for told in track_news:
        known = tracks.get(told["id"])
        if not facts or told["at"] > facts["at"] or (told["at"] == facts["at"] and _is_further(told, known)):
            tracks[told["id"]] = {name: value for name, value in told.items() if name not in STAMP}
    return [track for track in tracks.values() if track["status"] != "deleted"]


def _upload_error(video: Mapping[str, Any], news: News) -> Record:
    if news.upload is None or news.upload.stage is not Stage.ERRORED or video.get("upload_error"):
        return {}
    return {"upload_error": news.upload.error or {"type": "upload_failed", "messages": ["The upload failed."]}}


def _stamp(news: News) -> Record:
    return {"at": news.at, "rank": news.rank, "event": news.id}


def _is_newer(news: News, known: Record | None) -> bool:
    # The event's id decides between news that cannot be told apart otherwise, so that their order of arrival does not.
    return not known or (news.at, news.rank, news.id) > (known["at"], known["rank"], known["event"])


def _is_further(told: Record, known: Record | None) -> bool:
    return known is None or TRACK_RANKS[told["status"]] >= TRACK_RANKS.get(known["status"], 0)
