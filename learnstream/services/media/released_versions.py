"""Release of the videos that only a version used, once its last learner has left it.

An enrollment that expires causes no event: the daily review of the version's videos finds that they are unused.
"""

from collections.abc import Collection
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.documents import Course, CourseVersion
from learnstream.documents.projection import Projection
from learnstream.models import EventType
from learnstream.services.foundation import outbox
from learnstream.services.foundation.followers import FeedEvent, follows
from learnstream.services.media import video_use, videos


class CurrentVersion(TypedDict):
    current_version: int


class ShownVideos(TypedDict):
    video_ids: list[ObjectId]


CURRENT = Projection(Course, CurrentVersion)
SHOWN = Projection(CourseVersion, ShownVideos)


@follows(EventType.COURSE_LEARNERS_MOVED, EventType.ENROLLMENT_WITHDRAWN, name="released-videos")
def follow(event: FeedEvent) -> None:
    """Release the videos of the versions that learners have left."""
    left = event.data["from_versions"] if event.type is EventType.COURSE_LEARNERS_MOVED else [event.data["version"]]
    release_videos(event.data["course_id"], left)


@outbox.handles("version.left")
def handle(payload: dict[str, Any]) -> None:
    """Do the same for the previous release, which records no move of learners; the next one may drop this."""
    release_videos(payload["course_id"], payload["versions"])


def release_videos(course_id: str, versions: Collection[int]) -> None:
    """Release the videos of versions without learners; a video that is used elsewhere is kept."""
    empty = [number for number in versions if not video_use.has_learners([(course_id, number)])]
    for video_id in _videos(course_id, empty) - _videos(course_id, [_current(course_id)]):
        videos.release(str(video_id))


def _current(course_id: str) -> int:
    course = CURRENT.find_one({"_id": ObjectId(course_id)})
    return course["current_version"] if course else 0


def _videos(course_id: str, numbers: list[int]) -> set[ObjectId]:
    wanted = {"course_id": ObjectId(course_id), "number": {"$in": numbers}}
    found = SHOWN.find(wanted) if numbers else []
    return {video_id for version in found for video_id in version["video_ids"]}
