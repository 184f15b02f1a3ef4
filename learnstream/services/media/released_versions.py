"""When the last learner has left a version, the videos that only it needed are let go.

Whoever leaves leaves a message behind. A seat that ends by itself leaves none: the daily review of its version's videos
finds that nobody needs them.
"""

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from learnstream.documents import Course, CourseVersion
from learnstream.services.foundation import outbox
from learnstream.services.media import video_use, videos

TOPIC = "version.left"


def note(course_id: str, versions: Iterable[int]) -> None:
    """Note, in the present transaction, that learners have left these versions of a course."""
    if left := sorted(versions):
        outbox.add(TOPIC, course_id=course_id, versions=left)


@outbox.handles(TOPIC)
def let_go(payload: dict[str, Any]) -> None:
    """Let go of the videos of versions that nobody is left in; who else names one keeps it."""
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
