"""Which courses name a video, and who needs it: a draft, what learners are shown now, or an older version in use."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from bson import ObjectId
from sqlalchemy import exists, or_, select

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus, CourseVersion, Lesson, Video
from learnstream.models import Enrollment
from learnstream.services.foundation import locks
from learnstream.stores.sql import db

Record = dict[str, Any]

# A version that the course does not name yet is being published right now, or was left behind by a crash.
PUBLISHING_TAKES = timedelta(hours=1)


def courses_naming(asset_id: str) -> list[str]:
    """Return the ids of the courses whose draft or any version names an asset."""
    video = Video.collection().find_one({"asset_id": asset_id}, {"_id": 1})
    if video is None:
        return []
    drafts = Lesson.collection().distinct("course_id", {"video_id": video["_id"], "deleted_at": None})
    versions = CourseVersion.collection().distinct("course_id", {"video_ids": video["_id"]})
    return [str(course_id) for course_id in _courses({*drafts, *versions} - {None})]


def is_used(video_id: ObjectId) -> bool:
    """Say whether anything that anybody may be shown names the video."""
    return _in_a_draft(video_id) or _in_a_version(video_id)


def _in_a_draft(video_id: ObjectId) -> bool:
    drafts = list(Lesson.collection().find({"video_id": video_id, "deleted_at": None}, {"course_id": 1}))
    if any(draft["course_id"] is None for draft in drafts):
        return True
    return bool(_courses({draft["course_id"] for draft in drafts}))


def _in_a_version(video_id: ObjectId) -> bool:
    versions = list(
        CourseVersion.collection().find({"video_ids": video_id}, {"course_id": 1, "number": 1, "published_at": 1})
    )
    courses = _courses({version["course_id"] for version in versions})
    older = []
    for version in versions:
        course = courses.get(version["course_id"])
        if course is None:
            continue
        if _is_shown(version, course):
            return True
        if version["number"] < course["current_version"]:
            older.append((str(version["course_id"]), version["number"]))
    return bool(older) and has_learners(older)


def _courses(ids: set[ObjectId]) -> dict[ObjectId, Record]:
    if not ids:
        return {}
    wanted = {"_id": {"$in": list(ids)}, "status": {"$ne": CourseStatus.DELETED.value}}
    found = Course.collection().find(wanted, {"current_version": 1, "versions.version_id": 1})
    return {course["_id"]: course for course in found}


def _is_shown(version: Record, course: Record) -> bool:
    """Hold for the current version, and for one that is about to be."""
    if version["number"] > course["current_version"]:
        return version["published_at"] > now() - PUBLISHING_TAKES
    named = any(record["version_id"] == version["_id"] for record in course["versions"])
    return named and version["number"] == course["current_version"]


def has_learners(versions: Collection[tuple[str, int]]) -> bool:
    """Say whether anybody learns from one of these versions, each given with its course's id."""
    # Whoever is moving learners to an older version right now is waited for: see `moving`.
    for course_id in sorted({course_id for course_id, _ in versions}):
        locks.lock_course_shared(course_id)
    stands_on = or_(
        *((Enrollment.course_id == course_id) & (Enrollment.course_version == number) for course_id, number in versions)
    )
    return bool(db.session.scalar(select(exists().where(stands_on, Enrollment.is_live(now())))))
