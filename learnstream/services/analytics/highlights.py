"""Highlights of the platform: the most watched lessons, those that lose their learners, and failed videos."""

from collections.abc import Iterable, Iterator
from typing import Any

from bson import ObjectId
from pymongo.cursor import Cursor

from learnstream.documents import Course, CourseStats, Lesson, LessonStats, Video, VideoStatus
from learnstream.documents.base import in_batches
from learnstream.services.analytics import analytics
from learnstream.services.analytics.analytics import Figures
from learnstream.services.analytics.course_figures import PLATFORM
from learnstream.services.analytics.local_days import Days

LISTED = 10
# Failed videos may be unused by now: of this many of the latest, those that a lesson still has are listed.
FAILED = 100
BATCH = 200
# A lesson loses its learners if less than this share of those who began it have completed it.
LOST = 0.5
COUNTED = {"course_id": 1, "started": 1, "completed": 1, "watch_seconds": 1, "finished_share": 1}


def platform(days: Days) -> Figures:
    """Return the figures of all courses together, and the highlights."""
    stats = analytics.platform_stats()
    return {
        "as_of": analytics.as_of([stats]),
        **analytics.summary(PLATFORM, stats, days),
        "top_videos": _described(_most_watched().limit(LISTED)),
        "losing_lessons": _described(_losing().limit(LISTED)),
        "failed_videos": failed(),
    }


def lessons() -> Iterator[Figures]:
    """Yield all lessons that were watched, the most watched first."""
    for batch in in_batches(_most_watched(), BATCH):
        yield from _described(batch)


def courses() -> Iterator[Figures]:
    """Yield the totals of all courses that have any."""
    fields = {**dict.fromkeys(analytics.TOTALS, 1), "as_of": 1}
    found = CourseStats.collection().find({"_id": {"$ne": PLATFORM}}, fields).sort("_id", 1)
    for batch in in_batches(found, BATCH):
        titles = _titles(Course, (ObjectId(each["_id"]) for each in batch))
        for each in batch:
            yield each | {"course_id": each["_id"], "course_title": titles.get(ObjectId(each["_id"]), "")}


def failed() -> list[Figures]:
    """Return videos that the video service could not process and that lessons still have, latest first."""
    errored = {"status": VideoStatus.ERRORED.value}
    fields = {"status_at": 1, "error": 1}
    videos = list(Video.collection().find(errored, fields).sort("status_at", -1).limit(FAILED))
    wanted = {"video_id": {"$in": [each["_id"] for each in videos]}, "deleted_at": None, "course_id": {"$ne": None}}
    having = {each["video_id"]: each for each in Lesson.collection().find(wanted, {"video_id": 1, "course_id": 1})}
    found = [
        {"_id": having[each["_id"]]["_id"], "course_id": having[each["_id"]]["course_id"]}
        | {"video_id": str(each["_id"]), "failed_at": each["status_at"], "error": _message(each)}
        for each in videos
        if each["_id"] in having
    ]
    return _described(found[:LISTED])


def _message(video: Figures) -> str:
    return " ".join((video.get("error") or {}).get("messages") or []) or "The video service gave no reason."


def _most_watched() -> Cursor:
    return LessonStats.collection().find({"watch_seconds": {"$gt": 0}}, COUNTED).sort("watch_seconds", -1)


def _losing() -> Cursor:
    return LessonStats.collection().find({"finished_share": {"$lt": LOST}}, COUNTED).sort("finished_share", 1)


def _described(found: Iterable[Figures]) -> list[Figures]:
    """Add the titles of lessons and their courses."""
    stats = list(found)
    lessons = _titles(Lesson, (each["_id"] for each in stats))
    courses = _titles(Course, (each["course_id"] for each in stats))
    return [
        each
        | {
            "lesson_id": str(each["_id"]),
            "lesson_title": lessons.get(each["_id"], ""),
            "course_id": str(each["course_id"]),
            "course_title": courses.get(each["course_id"], ""),
        }
        for each in stats
    ]


def _titles(documents: Any, ids: Iterable[ObjectId]) -> dict[ObjectId, str]:
    found = documents.collection().find({"_id": {"$in": list(set(ids))}}, {"title": 1})
    return {each["_id"]: each["title"] for each in found}
