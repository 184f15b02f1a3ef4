"""Release of the videos that only a version used, once its last learner has left it.

Leaving a version adds an outbox message. An enrollment that expires adds none: the daily review of the version's videos
finds that they are unused.
"""

from collections.abc import Iterable
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.documents import Course, CourseVersion
from learnstream.documents.projection import Projection
from learnstream.services.foundation import outbox
from learnstream.services.media import video_use, videos

TOPIC = "version.left"


class CurrentVersion(TypedDict):
    current_version: int


class ShownVideos(TypedDict):
    video_ids: list[ObjectId]


CURRENT = Projection(Course, CurrentVersion)
SHOWN = Projection(CourseVersion, ShownVideos)


def note(course_id: str, versions: Iterable[int]) -> None:
    """Record, in the present transaction, that learners have left these versions of a course."""
    if left := sorted(versions):
        outbox.add(TOPIC, course_id=course_id, versions=left)


@outbox.handles(TOPIC)
def release_videos(payload: dict[str, Any]) -> None:
    """Release the videos of versions without learners; a video that is used elsewhere is kept."""
    course_id = payload["course_id"]
    empty = [number for number in payload["versions"] if not video_use.has_learners([(course_id, number)])]
    for video_id in _videos(course_id, empty) - _videos(course_id, [_current(course_id)]):
        videos.release(str(video_id))


def _current(course_id: str) -> int:
    course = CURRENT.find_one({"_id": ObjectId(course_id)})
    return course["current_version"] if course else 0


def _videos(course_id: str, numbers: list[int]) -> set[ObjectId]:
    wanted = {"course_id": ObjectId(course_id), "number": {"$in": numbers}}
    found = SHOWN.find(wanted) if numbers else []
    return {video_id for version in found for video_id in version["video_ids"]}
