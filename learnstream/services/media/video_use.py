"""The use of videos: by drafts, current versions, and older versions that still have learners."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypedDict

from bson import ObjectId
from sqlalchemy import exists, or_, select

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus, CourseVersion, Lesson, Video
from learnstream.documents.projection import Projection
from learnstream.models import Enrollment
from learnstream.services.foundation import locks
from learnstream.stores.sql import db


class VersionUse(TypedDict):
    """A version that contains a video."""

    _id: ObjectId
    course_id: ObjectId
    number: int
    published_at: datetime


class VersionId(TypedDict):
    version_id: ObjectId


class Published(TypedDict):
    """The versions of a course."""

    _id: ObjectId
    current_version: int
    versions: list[VersionId]


class LessonUse(TypedDict):
    course_id: ObjectId | None


DRAFTS = Projection(Lesson, LessonUse)
VERSIONS = Projection(CourseVersion, VersionUse)
COURSES = Projection(Course, Published)
# A version not yet listed by its course is being published, or was left behind by a crash.
MAX_PUBLISHING_TIME = timedelta(hours=1)


def courses_using(asset_id: str) -> list[str]:
    """Return the ids of the courses whose draft or any of whose versions use an asset."""
    video = Video.collection().find_one({"asset_id": asset_id}, {"_id": 1})
    if video is None:
        return []
    drafts = Lesson.collection().distinct("course_id", {"video_id": video["_id"], "deleted_at": None})
    versions = CourseVersion.collection().distinct("course_id", {"video_ids": video["_id"]})
    return [str(course_id) for course_id in _courses({*drafts, *versions} - {None})]


def is_used(video_id: ObjectId) -> bool:
    """Return whether a draft or a version that is available to any user refers to the video."""
    return _in_a_draft(video_id) or _in_a_version(video_id)


def _in_a_draft(video_id: ObjectId) -> bool:
    course_ids = {draft["course_id"] for draft in DRAFTS.find({"video_id": video_id, "deleted_at": None})}
    return None in course_ids or bool(_courses(course_ids))


def _in_a_version(video_id: ObjectId) -> bool:
    versions = VERSIONS.find({"video_ids": video_id})
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


def _courses(ids: Collection[ObjectId | None]) -> dict[ObjectId, Published]:
    if not ids:
        return {}
    wanted = {"_id": {"$in": list(ids)}, "status": {"$ne": CourseStatus.DELETED.value}}
    return {course["_id"]: course for course in COURSES.find(wanted)}


def _is_shown(version: VersionUse, course: Published) -> bool:
    """True if the version is current, or about to become so."""
    if version["number"] > course["current_version"]:
        return version["published_at"] > now() - MAX_PUBLISHING_TIME
    named = any(record["version_id"] == version["_id"] for record in course["versions"])
    return named and version["number"] == course["current_version"]


def has_learners(versions: Collection[tuple[str, int]]) -> bool:
    """Return whether any of these versions, given as (course id, number), has a live enrollment."""
    # The lock waits for a concurrent move of learners to an older version: see `services.authoring.seat_migration`.
    for course_id in sorted({course_id for course_id, _ in versions}):
        locks.lock_course_shared(course_id)
    uses_version = or_(
        *((Enrollment.course_id == course_id) & (Enrollment.course_version == number) for course_id, number in versions)
    )
    return bool(db.session.scalar(select(exists().where(uses_version, Enrollment.is_live(now())))))
