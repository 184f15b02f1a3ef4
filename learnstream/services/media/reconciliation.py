"""Periodic reviews of videos: they make up for lost webhooks, and delete abandoned uploads and unused assets.

Each video has a review time, from its creation until the video service stores nothing of it. A review checks whether
the video is still in use. If so, it fetches the state that webhooks should have delivered; if not, it asks the service
to delete the asset, until that succeeds. A worker claims a review by postponing the review time, so several workers can
share them, and repeating a review is harmless.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Lesson, Video, VideoStatus
from learnstream.documents.video import ListedVideo, StoredVideo
from learnstream.errors.video_service import Busy, Refused, Unconfigured, Unknown, VideoServiceError
from learnstream.integrations import video as port
from learnstream.integrations.video import as_update, upload_update
from learnstream.services.foundation import outbox
from learnstream.services.media import uploads, video_facts, video_use, videos
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

BATCH = 50
# A review that has not finished by then is assumed to have died with its process.
LEASE = timedelta(minutes=10)
# For assets that the service is processing, for minutes or hours, or has just changed.
BUSY_PAUSE = timedelta(minutes=1)
# While a video is being uploaded or processed, it is reviewed at growing intervals.
MIN_INTERVAL, MAX_INTERVAL = timedelta(minutes=15), timedelta(hours=6)
# Otherwise a review only checks whether the video is still in use.
SETTLED_INTERVAL = timedelta(days=1)
# After this time, an upload without a URL is given up: no client can use it.
REQUEST_LOST = timedelta(hours=1)
STUCK = timedelta(hours=1)
# The revision of a lesson that has not been edited since its upload created it.
AS_UPLOADED = 1


def review_due(limit: int = BATCH) -> int:
    """Review the videos that are due; return how many were reviewed. Stops when the video service fails."""
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
    """Review all videos that are being uploaded or processed, due or not; return how many were reviewed.

    Recently changed ones are skipped: the request that created them may be about to add them to a lesson.
    """
    unsettled = {"status": {"$in": [VideoStatus.WAITING.value, VideoStatus.PREPARING.value]}}
    not_recent = {"updated_at": {"$lt": now() - uploads.FIRST_REVIEW}, "review_at": {"$gt": now()}}
    Video.collection().update_many(unsettled | not_recent, {"$set": {"review_at": now()}})
    total = 0
    while done := review_due():
        total += done
    return total


@outbox.handles(videos.RELEASED)
def review_released(payload: dict[str, Any]) -> None:
    """Review a video that a draft has just released."""
    review(payload["video_id"])


def review(video_id: str) -> None:
    """Review a video now.

    Raises:
        VideoServiceError: the service failed; the review is repeated when its lease ends.
    """
    video = _claim({"_id": ObjectId(video_id), "review_at": {"$ne": None}})
    if video is not None:
        _review(video)


def _claim(which: Mapping[str, Any]) -> StoredVideo | None:
    claimed = Video.collection().find_one_and_update(
        which,
        {"$set": {"review_at": now() + LEASE}},
        sort=[("review_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return claimed and video_facts.STORED.complete(claimed)


def _review(video: StoredVideo) -> None:
    if _is_abandoned(video):
        _close(video)
    elif video["purging"] or video["status"] in video_facts.FINAL or _mark_unused(video):
        _purge(video)
    else:
        _refresh(video)


def _is_abandoned(video: StoredVideo) -> bool:
    """True if the video's file never arrived, so that the service stores nothing of it."""
    return video["status"] in {VideoStatus.TIMED_OUT, VideoStatus.CANCELLED} and not video.get("asset_id")


def _close(video: StoredVideo) -> None:
    """End a video's reviews, and delete the unedited lessons without a course that were created for it."""
    Lesson.collection().update_many(
        {"video_id": video["_id"], "course_id": None, "revision": AS_UPLOADED, "deleted_at": None},
        {"$set": {"deleted_at": now(), "updated_at": now()}, "$inc": {"revision": 1}},
    )
    _update(video, review_at=None)


def _mark_unused(video: StoredVideo) -> bool:
    """Mark an unused video for deletion; return whether it is marked."""
    if _is_used(video):
        return False
    # A concurrent import of the asset moves the review time, and the update does not match.
    unclaimed = {"_id": video["_id"], "review_at": video["review_at"]}
    marked = Video.collection().update_one(unclaimed, {"$set": {"purging": True}, "$inc": {"revision": 1}})
    if not marked.modified_count:
        return False
    # The second check finds a lesson that began to use it between the first check and the update.
    if _is_used(video):
        Video.collection().update_one({"_id": video["_id"]}, {"$set": {"purging": False}, "$inc": {"revision": 1}})
        return False
    return True


def _is_used(video: StoredVideo) -> bool:
    used = video_use.is_used(video["_id"])
    # Reading enrollments has opened a transaction, which must not stay open during a call to the service.
    db.session.rollback()
    return used


def _purge(video: StoredVideo) -> None:
    """Delete a video's asset or upload at the service."""
    try:
        asset_id = video.get("asset_id") or _asset_of_upload(video)
        if asset_id:
            port.service().delete_asset(asset_id)
    except Unknown:
        pass
    except Busy:
        _postpone(video, BUSY_PAUSE)
        return
    _finish_purge(video)


def _asset_of_upload(video: StoredVideo) -> str | None:
    """Cancel an upload; return its asset's id if the file has arrived already."""
    if not video.get("upload_id"):
        return None
    try:
        port.service().cancel_upload(video["upload_id"])
    except Refused:
        upload = port.service().get_upload(video["upload_id"])
        video_facts.apply(upload_update(upload))
        return upload.asset_id
    return None


def _finish_purge(video: StoredVideo) -> None:
    current = video_facts.STORED.find_one({"_id": video["_id"]})
    if current and current.get("asset_id"):
        video_facts.advance(video["_id"], VideoStatus.DELETED)
        _update(video, purged_at=now(), review_at=None)
    elif video.get("upload_id") or video["status"] != VideoStatus.WAITING:
        video_facts.advance(video["_id"], VideoStatus.CANCELLED)
        _close(video)
    elif now() - video["created_at"] > REQUEST_LOST:
        video_facts.advance(video["_id"], VideoStatus.TIMED_OUT)
        _close(video)
    else:
        # Whether the request took effect is unknown; a webhook may still arrive.
        _postpone(video, MIN_INTERVAL)


def _refresh(video: StoredVideo) -> None:
    """Fetch the state that webhooks should have delivered by now."""
    if video["status"] == VideoStatus.WAITING and video.get("upload_id"):
        _fetch_upload(video)
    elif video["status"] == VideoStatus.PREPARING:
        _fetch_asset(video, video["asset_id"])
    elif video["status"] == VideoStatus.READY:
        _refresh_ready(video)
    _schedule(video)


def _refresh_ready(video: StoredVideo) -> None:
    if video["doubted_at"] or not video["playback_id"]:
        video = _check(video)
    if video["status"] == VideoStatus.READY and not video["playback_id"]:
        # A webhook or the next review stores it.
        port.service().add_signed_playback_id(video["asset_id"])


def _check(video: StoredVideo) -> StoredVideo:
    """Fetch a ready asset, which the service may have deleted; return the updated video."""
    _fetch_asset(video, video["asset_id"])
    checked = {"$set": {"checked_at": now(), "doubted_at": None}}
    Video.collection().update_one({"_id": video["_id"]}, checked)
    return video_facts.STORED.find_one({"_id": video["_id"]}) or video


def _fetch_upload(video: StoredVideo) -> None:
    try:
        upload = port.service().get_upload(video["upload_id"])
    except Unknown:
        video_facts.advance(video["_id"], VideoStatus.TIMED_OUT)
        return
    video_facts.apply(upload_update(upload))
    if upload.asset_id:
        _fetch_asset(video, upload.asset_id)


def _fetch_asset(video: StoredVideo, asset_id: str) -> None:
    try:
        video_facts.apply(as_update(port.service().get_asset(asset_id)))
    except Unknown:
        video_facts.advance(video["_id"], VideoStatus.DELETED, purged_at=now(), review_at=None)


def _schedule(video: StoredVideo) -> None:
    """Schedule the next review according to the video's current state."""
    current = video_facts.STORED.find_one({"_id": video["_id"]})
    if current is None:
        return
    if _is_abandoned(current):
        _close(current)
        return
    _postpone(video, _interval(current))


def _interval(video: StoredVideo) -> timedelta:
    if video["status"] in {VideoStatus.WAITING, VideoStatus.PREPARING}:
        return min(max((now() - video["status_at"]) / 2, MIN_INTERVAL), MAX_INTERVAL)
    settled = video["status"] != VideoStatus.READY or video["playback_id"]
    return SETTLED_INTERVAL if settled else BUSY_PAUSE


def _postpone(video: StoredVideo, pause: timedelta) -> None:
    """Schedule the next review, unless the review time has changed since this one was claimed."""
    claimed = {"_id": video["_id"], "review_at": video["review_at"]}
    Video.collection().update_one(claimed, {"$set": {"review_at": now() + pause}})


def _update(video: StoredVideo, **fields: Any) -> None:
    Video.collection().update_one({"_id": video["_id"]}, {"$set": fields, "$inc": {"revision": 1}})
    video_facts.forget(video["_id"])


def stuck(limit: int = 20) -> tuple[int, list[ListedVideo]]:
    """Return the number of videos without progress for too long, and the first of them."""
    late = now() - STUCK
    wanted = {
        "$or": [
            {"status": VideoStatus.PREPARING.value, "status_at": {"$lt": late}},
            {"status": VideoStatus.WAITING.value, "upload_expires_at": {"$lt": late}},
            {"purging": True, "purged_at": None, "review_at": {"$ne": None}, "updated_at": {"$lt": late}},
        ]
    }
    found = videos.LISTED.find(wanted, sort=[("status_at", 1)], limit=limit)
    return videos.LISTED.count(wanted), found
