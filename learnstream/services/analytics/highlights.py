"""Highlights of the platform: the most watched lessons, those that lose their learners, and failed videos."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import Course, CourseStats, Lesson, LessonStats, Video, VideoStatus
from learnstream.documents.projection import Projection, pick
from learnstream.documents.stats import LessonTotals
from learnstream.documents.video import VideoError
from learnstream.services.analytics import analytics
from learnstream.services.analytics.course_figures import PLATFORM
from learnstream.services.analytics.local_days import Days

MAX_LISTED = 10
# Failed videos may be unused by now: of this many of the latest, those that a lesson still has are listed.
MAX_FAILED = 100
BATCH = 200
# A lesson loses its learners if less than this share of those who began it have completed it.
LOSING_BELOW = 0.5
LOSING = {"finished_share": {"$lt": LOSING_BELOW}}
MOST_WATCHED = {"watch_seconds": {"$gt": 0}}


class LessonIds(TypedDict):
    """A lesson and its course."""

    _id: ObjectId
    course_id: ObjectId


class LessonTitles(TypedDict):
    """The ids and titles of a lesson and its course."""

    lesson_id: str
    lesson_title: str
    course_id: str
    course_title: str


class LessonRow(LessonIds, LessonTotals):
    """The figures of a lesson."""

    finished_share: float | None


class DescribedLesson(LessonTitles, LessonTotals):
    """The figures of a lesson, with titles."""

    finished_share: float | None


class CourseRow(analytics.Totals):
    _id: str
    as_of: datetime | None


class DescribedCourse(analytics.Totals):
    """The totals of a course, with its title."""

    as_of: datetime | None
    course_id: str
    course_title: str


class FailedVideo(TypedDict):
    _id: ObjectId
    status_at: datetime
    error: VideoError | None


class DescribedFailure(LessonTitles):
    """A video that the video service could not process, with the lesson that has it."""

    video_id: str
    failed_at: datetime
    error: str


class LessonOf(LessonIds):
    video_id: ObjectId


class Title(TypedDict):
    _id: ObjectId
    title: str


class PlatformFigures(analytics.Summary):
    """The figures of all courses together, and the highlights."""

    as_of: datetime | None
    top_videos: list[DescribedLesson]
    losing_lessons: list[DescribedLesson]
    failed_videos: list[DescribedFailure]


LESSONS = Projection(LessonStats, LessonRow)
COURSES = Projection(CourseStats, CourseRow)
VIDEOS = Projection(Video, FailedVideo)
USES = Projection(Lesson, LessonOf)
TITLES = {document: Projection(document, Title) for document in (Lesson, Course)}


def platform(days: Days) -> PlatformFigures:
    """Return the figures of all courses together, and the highlights."""
    stats = analytics.platform_stats()
    return {
        "as_of": analytics.as_of([stats]),
        **analytics.platform_summary(stats, days),
        "top_videos": _described(LESSONS.find(MOST_WATCHED, sort=[("watch_seconds", -1)], limit=MAX_LISTED)),
        "losing_lessons": _described(LESSONS.find(LOSING, sort=[("finished_share", 1)], limit=MAX_LISTED)),
        "failed_videos": failed(),
    }


def lessons() -> Iterator[DescribedLesson]:
    """Yield all lessons that were watched, the most watched first."""
    for batch in LESSONS.batches(MOST_WATCHED, BATCH, sort=[("watch_seconds", -1)]):
        yield from _described(batch)


def courses() -> Iterator[DescribedCourse]:
    """Yield the totals of all courses that have any."""
    for batch in COURSES.batches({"_id": {"$ne": PLATFORM}}, BATCH, sort=[("_id", 1)]):
        titles = _titles(Course, (ObjectId(each["_id"]) for each in batch))
        for each in batch:
            yield {
                **pick(analytics.Totals, each),
                "as_of": each["as_of"],
                "course_id": each["_id"],
                "course_title": titles.get(ObjectId(each["_id"]), ""),
            }


def failed() -> list[DescribedFailure]:
    """Return videos that the video service could not process and that lessons still have, latest first."""
    errored = {"status": VideoStatus.ERRORED.value}
    videos = VIDEOS.find(errored, sort=[("status_at", -1)], limit=MAX_FAILED)
    wanted = {"video_id": {"$in": [each["_id"] for each in videos]}, "deleted_at": None, "course_id": {"$ne": None}}
    lesson_by_video = {each["video_id"]: each for each in USES.find(wanted)}
    found = [each for each in videos if each["_id"] in lesson_by_video][:MAX_LISTED]
    lessons = [lesson_by_video[each["_id"]] for each in found]
    return [
        {**titled, "video_id": str(each["_id"]), "failed_at": each["status_at"], "error": _message(each)}
        for titled, each in zip(_titled(lessons), found, strict=True)
    ]


def _message(video: FailedVideo) -> str:
    messages = video["error"].get("messages") if video["error"] else None
    return " ".join(messages or []) or "The video service gave no reason."


def _described(found: list[LessonRow]) -> list[DescribedLesson]:
    return [
        {**titled, **pick(LessonTotals, each), "finished_share": each["finished_share"]}
        for titled, each in zip(_titled(found), found, strict=True)
    ]


def _titled(found: Sequence[LessonIds]) -> list[LessonTitles]:
    """Return the titles of lessons and their courses."""
    lessons = _titles(Lesson, (each["_id"] for each in found))
    courses = _titles(Course, (each["course_id"] for each in found))
    return [
        {
            "lesson_id": str(each["_id"]),
            "lesson_title": lessons.get(each["_id"], ""),
            "course_id": str(each["course_id"]),
            "course_title": courses.get(each["course_id"], ""),
        }
        for each in found
    ]


def _titles(document: type[Lesson | Course], ids: Iterable[ObjectId]) -> dict[ObjectId, str]:
    return {each["_id"]: each["title"] for each in TITLES[document].find({"_id": {"$in": list(set(ids))}})}
