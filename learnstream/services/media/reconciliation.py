"""Looking after videos that no event will: lost webhooks, abandoned uploads, assets that nobody needs any more.

Each video has a time of review, from its first moment until the video service holds nothing of it. A review asks
whether anything still names the video. If so, the service is asked what events should have told; if not, the service
is told to delete it, again and again until it has. Reviews are claimed by moving that time, so two workers share
them, and a review that is repeated finds nothing left to do.
"""

import logging
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Lesson, Video, VideoStatus
from learnstream.errors.video_service import Busy, Refused, Unconfigured, Unknown, VideoServiceError
from learnstream.integrations import video as port
from learnstream.integrations.video import as_update, upload_update
from learnstream.services.foundation import outbox
from learnstream.services.media import uploads, video_facts, video_use, videos
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

Record = dict[str, Any]

BATCH = 50
# A review that has not ended by then died with its process.
LEASE = timedelta(minutes=10)
# The service is busy with the asset, for minutes or hours, or has just changed it.
BUSY_PAUSE = timedelta(minutes=1)
# While something should be happening, the service is asked at growing intervals.
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=6)
# Otherwise all there is to see is whether the video is still needed.
SETTLED = timedelta(days=1)
# An upload that never got its URL cannot be used by anybody.
REQUEST_LOST = timedelta(hours=1)
STUCK = timedelta(hours=1)
# The revision of a lesson that nobody has changed since it was made.
AS_UPLOADED = 1


def review_due(limit: int = BATCH) -> int:
    """Review videos whose time has come; return how many were reviewed. Stops when the video service fails."""
    done = 0
    for _ in range(limit):
        video = _claim({"review_at": {"$lte": now()}})
        if video is None:
            break
        try:
            _review(video)
        except (VideoServiceError, Unconfigured) as error:
            log.warning("video %s was not reviewed: %s", video["_id"], error)
            if isinstance(error, Unconfigured) or not error.permanent:
                break
        done += 1
    return done


def review_unsettled() -> int:
    """Review all videos that something should be happening to, due or not; return how many were reviewed.

    Those of the last minutes are left alone: whoever asked for them may be about to name them in a lesson.
    """
    unsettled = {"status": {"$in": [VideoStatus.WAITING.value, VideoStatus.PREPARING.value]}}
    settled_down = {"updated_at": {"$lt": now() - uploads.FIRST_REVIEW}, "review_at": {"$gt": now()}}
    Video.collection().update_many(unsettled | settled_down, {"$set": {"review_at": now()}})
    total = 0
    while done := review_due():
        total += done
    return total


@outbox.handles(videos.RELEASED)
def review_released(payload: dict[str, Any]) -> None:
    """Review a video that a draft has just let go."""
    review(payload["video_id"])


def review(video_id: str) -> None:
    """Review a video now.

    Raises:
        VideoServiceError: the service failed; the review is repeated when its lease ends.
    """
    video = _claim({"_id": ObjectId(video_id), "review_at": {"$ne": None}})
    if video is not None:
        _review(video)


def _claim(which: Record) -> Record | None:
    return Video.collection().find_one_and_update(
        which,
        {"$set": {"review_at": now() + LEASE}},
        sort=[("review_at", 1)],
        return_document=ReturnDocument.AFTER,
    )


def _review(video: Record) -> None:
    if _is_abandoned(video):
        _close(video)
    elif video["purging"] or video["status"] in video_facts.FINAL or _condemn(video):
        _purge(video)
    else:
        _refresh(video)


def _is_abandoned(video: Record) -> bool:
    """Hold for a video whose file never came, so that the service holds nothing of it."""
    return video["status"] in {VideoStatus.TIMED_OUT, VideoStatus.CANCELLED} and not video.get("asset_id")


def _close(video: Record) -> None:
    """Look after a video no more, and delete the lessons that were made for it, have no course, and were not edited."""
    Lesson.collection().update_many(
        {"video_id": video["_id"], "course_id": None, "revision": AS_UPLOADED, "deleted_at": None},
        {"$set": {"deleted_at": now(), "updated_at": now()}, "$inc": {"revision": 1}},
    )
    _note(video, review_at=None)


def _condemn(video: Record) -> bool:
    """Mark a video that nobody needs for deletion; say whether it is."""
    if _is_used(video):
        return False
    # Whoever takes it up again meanwhile (an import) moves its time of review; then the mark does not stick.
    unclaimed = {"_id": video["_id"], "review_at": video["review_at"]}
    marked = Video.collection().update_one(unclaimed, {"$set": {"purging": True}, "$inc": {"revision": 1}})
    if not marked.modified_count:
        return False
    # Whoever named it between the first look and the mark is seen by the second look.
    if _is_used(video):
        Video.collection().update_one({"_id": video["_id"]}, {"$set": {"purging": False}, "$inc": {"revision": 1}})
        return False
    return True


def _is_used(video: Record) -> bool:
    used = video_use.is_used(video["_id"])
    # Reading the seats has opened a transaction, and the next thing may be a call to the service.
    db.session.rollback()
    return used


def _purge(video: Record) -> None:
    """Have the service delete what it holds of a video."""
    try:
        asset_id = video.get("asset_id") or _asset_of_upload(video)
        if asset_id:
            port.service().delete_asset(asset_id)
    except Unknown:
        pass
    except Busy:
        _postpone(video, BUSY_PAUSE)
        return
    _purged(video)


def _asset_of_upload(video: Record) -> str | None:
    """Cancel an upload; return its asset if the file was faster."""
    if not video.get("upload_id"):
        return None
    try:
        port.service().cancel_upload(video["upload_id"])
    except Refused:
        upload = port.service().get_upload(video["upload_id"])
        video_facts.apply(upload_update(upload))
        return upload.asset_id
    return None


def _purged(video: Record) -> None:
    known = Video.collection().find_one({"_id": video["_id"]}, {"asset_id": 1}) or {}
    if known.get("asset_id"):
        video_facts.advance(video["_id"], VideoStatus.DELETED)
        _note(video, purged_at=now(), review_at=None)
    elif video.get("upload_id") or video["status"] != VideoStatus.WAITING:
        video_facts.advance(video["_id"], VideoStatus.CANCELLED)
        _close(video)
    elif now() - video["created_at"] > REQUEST_LOST:
        video_facts.advance(video["_id"], VideoStatus.TIMED_OUT)
        _close(video)
    else:
        # Whether the request had its effect is not known; an event may still tell.
        _postpone(video, SHORTEST)


def _refresh(video: Record) -> None:
    """Ask the service what events should have told by now."""
    if video["status"] == VideoStatus.WAITING and video.get("upload_id"):
        _ask_about_upload(video)
    elif video["status"] == VideoStatus.PREPARING:
        _ask_about_asset(video, video["asset_id"])
    elif video["status"] == VideoStatus.READY:
        _refresh_ready(video)
    _schedule(video)


def _refresh_ready(video: Record) -> None:
    if video.get("doubted_at") or not video.get("playback_id"):
        video = _check(video)
    if video["status"] == VideoStatus.READY and not video.get("playback_id"):
        # An event tells of it, or the next review.
        port.service().add_signed_playback_id(video["asset_id"])


def _check(video: Record) -> Record:
    """Ask the service about a ready asset, which it may hold no longer; return what is known of the video then."""
    _ask_about_asset(video, video["asset_id"])
    checked = {"$set": {"checked_at": now(), "doubted_at": None}}
    Video.collection().update_one({"_id": video["_id"]}, checked)
    return Video.collection().find_one({"_id": video["_id"]}) or video


def _ask_about_upload(video: Record) -> None:
    try:
        upload = port.service().get_upload(video["upload_id"])
    except Unknown:
        video_facts.advance(video["_id"], VideoStatus.TIMED_OUT)
        return
    video_facts.apply(upload_update(upload))
    if upload.asset_id:
        _ask_about_asset(video, upload.asset_id)


def _ask_about_asset(video: Record, asset_id: str) -> None:
    try:
        video_facts.apply(as_update(port.service().get_asset(asset_id)))
    except Unknown:
        video_facts.advance(video["_id"], VideoStatus.DELETED, purged_at=now(), review_at=None)


def _schedule(video: Record) -> None:
    """Set the next review by what has become of the video."""
    current = Video.collection().find_one({"_id": video["_id"]})
    if current is None:
        return
    if _is_abandoned(current):
        _close(current)
        return
    _postpone(video, _pause(current))


def _pause(video: Record) -> timedelta:
    if video["status"] in {VideoStatus.WAITING, VideoStatus.PREPARING}:
        return min(max((now() - video["status_at"]) / 2, SHORTEST), LONGEST)
    plays = video["status"] != VideoStatus.READY or video.get("playback_id")
    return SETTLED if plays else BUSY_PAUSE


def _postpone(video: Record, pause: timedelta) -> None:
    """Set the next review, unless somebody has set it since this one was claimed."""
    claimed = {"_id": video["_id"], "review_at": video["review_at"]}
    Video.collection().update_one(claimed, {"$set": {"review_at": now() + pause}})


def _note(video: Record, **fields: Any) -> None:
    Video.collection().update_one({"_id": video["_id"]}, {"$set": fields, "$inc": {"revision": 1}})
    video_facts.forget(video["_id"])


def stuck(limit: int = 20) -> tuple[int, list[Record]]:
    """Return how many videos have stood still for too long, and the first of them."""
    late = now() - STUCK
    wanted = {
        "$or": [
            {"status": VideoStatus.PREPARING.value, "status_at": {"$lt": late}},
            {"status": VideoStatus.WAITING.value, "upload_expires_at": {"$lt": late}},
            {"purging": True, "purged_at": None, "review_at": {"$ne": None}, "updated_at": {"$lt": late}},
        ]
    }
    found = Video.collection().find(wanted, videos.SHOWN).sort("status_at", 1).limit(limit)
    return Video.collection().count_documents(wanted), list(found)
