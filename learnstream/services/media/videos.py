"""Videos: what their authors are shown of them, and how they are let go. What becomes of them is told by events."""

from datetime import timedelta
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson, Video, VideoStatus
from learnstream.errors.media import NoSuchVideo
from learnstream.services.foundation import outbox
from learnstream.services.foundation.lists import documents_of
from learnstream.services.media import video_facts
from learnstream.stores.keyset import Found, Keys, Part

Record = dict[str, Any]

RELEASED = "video.released"
# How long the service's word counts that it holds an asset, whoever doubts it.
CHECKED_FOR = timedelta(minutes=10)
NEWEST = Keys(("created_at", -1), ("_id", 1))
SHOWN = {"asset_facts": 0, "track_news": 0}


def find(video_id: str) -> Record:
    """Return a video.

    Raises:
        NotFound: there is no such video.
    """
    video = Video.collection().find_one({"_id": ObjectId(video_id)}, SHOWN)
    if video is None:
        raise NoSuchVideo()
    return video


def browse(*, status: VideoStatus | None = None, part: Part) -> Found[Record]:
    """Return a part of the videos, newest first, each with the `lessons` whose drafts name it."""
    wanted = {"status": status.value} if status else {}
    found = documents_of(Video, wanted, SHOWN, NEWEST, part)
    return found.showing(with_lessons(found.entries))


def with_lessons(found: list[Record]) -> list[Record]:
    """Add to each video the drafts that name it."""
    ids = [video["_id"] for video in found]
    drafts = Lesson.collection().find(
        {"video_id": {"$in": ids}, "deleted_at": None}, {"video_id": 1, "course_id": 1, "title": 1}
    )
    lessons: dict[ObjectId, list[Record]] = {video_id: [] for video_id in ids}
    for draft in drafts:
        lessons[draft["video_id"]].append(draft)
    return [video | {"lessons": lessons[video["_id"]]} for video in found]


def release(video_id: str | None) -> None:
    """Note, in the present transaction, that a draft no longer names a video: if nobody else does, it is deleted."""
    if video_id:
        outbox.add(RELEASED, video_id=video_id)


def doubt(which: Record) -> int:
    """Have the service asked whether it still holds the assets of ready videos, by their next review; return of how many.

    One that it was asked about a moment ago is left alone, however many doubt it.
    """
    unasked = {"$or": [{"checked_at": None}, {"checked_at": {"$lt": now() - CHECKED_FOR}}]}
    ready = {"status": VideoStatus.READY.value, "purging": False, "doubted_at": None}
    change = {"$set": {"doubted_at": now(), "review_at": now()}}
    return Video.collection().update_many({"$and": [which, ready, unasked]}, change).modified_count


def take_down(video_id: str) -> None:
    """Delete a video whoever still needs it. From now on it does not play; its asset goes when the service can."""
    video = {"_id": ObjectId(video_id)}
    Video.collection().update_one(video, {"$set": {"purging": True, "review_at": now()}, "$inc": {"revision": 1}})
    video_facts.advance(video["_id"], VideoStatus.DELETED)
    outbox.add(RELEASED, video_id=video_id)
