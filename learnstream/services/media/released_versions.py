"""Release of the videos that only a version used, once its last learner has left it.

Leaving a version adds an outbox message. An enrollment that expires adds none: the daily review of the version's videos
finds that they are unused.
"""

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from learnstream.documents import Course, CourseVersion
from learnstream.services.foundation import outbox
from learnstream.services.media import video_use, videos

TOPIC = "version.left"


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
    course = Course.collection().find_one({"_id": ObjectId(course_id)}, {"current_version": 1}) or {}
    return course.get("current_version", 0)


def _videos(course_id: str, numbers: list[int]) -> set[ObjectId]:
    wanted = {"course_id": ObjectId(course_id), "number": {"$in": numbers}}
    found = CourseVersion.collection().find(wanted, {"video_ids": 1}) if numbers else ()
    return {video_id for version in found for video_id in version["video_ids"]}
