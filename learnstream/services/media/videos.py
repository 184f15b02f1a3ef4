"""Videos: look-up, release and deletion. Webhook events update their state."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Lesson, Video, VideoStatus
from learnstream.documents.projection import Projection
from learnstream.documents.video import ListedVideo
from learnstream.errors.media import NoSuchVideo
from learnstream.services.foundation import outbox
from learnstream.services.foundation.lists import documents_of
from learnstream.services.media import video_facts
from learnstream.stores.keyset import Found, Keys, Part

RELEASED = "video.released"
# After the service has confirmed an asset, it is not asked again for this time.
RECHECK_AFTER = timedelta(minutes=10)
NEWEST = Keys(("created_at", -1), ("_id", 1))
LISTED = Projection(Video, ListedVideo)


class LessonOfVideo(TypedDict):
    """The draft of a lesson that uses a video."""

    _id: ObjectId
    video_id: ObjectId
    course_id: ObjectId | None
    title: str


class UsedVideo(ListedVideo):
    lessons: list[LessonOfVideo]


LESSONS = Projection(Lesson, LessonOfVideo)


def find(video_id: str) -> ListedVideo:
    """Return a video.

    Raises:
        NotFound: there is no such video.
    """
    video = LISTED.find_one({"_id": ObjectId(video_id)})
    if video is None:
        raise NoSuchVideo()
    return video


def browse(*, status: VideoStatus | None = None, part: Part) -> Found[UsedVideo]:
    """Return a part of the videos, newest first, each with the `lessons` whose drafts use it."""
    wanted = {"status": status.value} if status else {}
    found = documents_of(LISTED, wanted, NEWEST, part)
    return found.showing(with_lessons(found.entries))


def with_lessons(found: list[ListedVideo]) -> list[UsedVideo]:
    """Add to each video the lesson drafts that use it."""
    ids = [video["_id"] for video in found]
    lessons: dict[ObjectId, list[LessonOfVideo]] = {video_id: [] for video_id in ids}
    for draft in LESSONS.find({"video_id": {"$in": ids}, "deleted_at": None}):
        lessons[draft["video_id"]].append(draft)
    return [{**video, "lessons": lessons[video["_id"]]} for video in found]


def release(video_id: str | None) -> None:
    """Record, in the present transaction, that a draft no longer uses a video; if it is unused, it will be deleted."""
    if video_id:
        outbox.add(RELEASED, video_id=video_id)


def doubt(which: Mapping[str, Any]) -> int:
    """Schedule a check with the service whether the assets of ready videos still exist; return the number of videos.

    Videos that were checked a moment ago are skipped.
    """
    unchecked = {"$or": [{"checked_at": None}, {"checked_at": {"$lt": now() - RECHECK_AFTER}}]}
    ready = {"status": VideoStatus.READY.value, "purging": {"$ne": True}, "doubted_at": None}
    change = {"$set": {"doubted_at": now(), "review_at": now()}}
    return Video.collection().update_many({"$and": [which, ready, unchecked]}, change).modified_count


def take_down(video_id: str) -> None:
    """Delete a video even if it is in use. It cannot be played any more; its asset is deleted as soon as possible."""
    video = {"_id": ObjectId(video_id)}
    Video.collection().update_one(video, {"$set": {"purging": True, "review_at": now()}, "$inc": {"revision": 1}})
    video_facts.advance(video["_id"], VideoStatus.DELETED)
    outbox.add(RELEASED, video_id=video_id)
