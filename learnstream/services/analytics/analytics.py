"""Figures for instructors and administrators, read from the roll-up's documents: a few per response.

`as_of` is the instant for which all figures of a response are exact: the last roll-up, or earlier if some figures are
still due to be recounted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId

from learnstream.documents import CourseStats, Lesson, LessonStats
from learnstream.documents.lesson import ListedLesson
from learnstream.documents.projection import Projection, pick
from learnstream.documents.stats import Counted, LessonTotals, Reached, StoredCourseStats, StoredLessonStats
from learnstream.errors.analytics import NoSuchVideo
from learnstream.errors.authoring import NoSuchLesson
from learnstream.policies.views import LessonView
from learnstream.services.analytics import local_days, rollup
from learnstream.services.analytics.course_figures import PLATFORM
from learnstream.services.analytics.local_days import Counts, Days
from learnstream.services.authoring import courses, lesson_media
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Syllabus
from learnstream.services.learning import retention

# The figures of a day, for a course or the platform and for a lesson.
COURSE_DAY = ("enrollments", "active", "completions", "watch_seconds")
LESSON_DAY = ("active", "completions", "watch_seconds")
# A learner may be active on several days, so these cannot be summed.
NOT_SUMMED = {"active"}


class Freshness(TypedDict):
    """Of which instant figures are, and whether they are due."""

    as_of: datetime | None
    due_at: NotRequired[datetime]


class StepStats(LessonTotals, Freshness):
    """The statistics of a lesson that a funnel shows."""

    _id: ObjectId


# A range of days with its figures by name: their sums, and those of each day with its name.
ByDay = TypedDict(
    "ByDay", {"tz": str, "from": str, "to": str, "range": dict[str, int], "days": list[dict[str, str | int]]}
)


class Totals(TypedDict):
    enrollments: int
    completed: int
    watch_seconds: int
    median_completion_seconds: int | None


class SummaryTotals(Totals):
    """Figures of all time."""

    reached: list[Reached]


class Summary(ByDay):
    """The figures that courses and the platform have in common."""

    totals: Totals
    reached: list[Reached]


class Step(LessonTotals):
    """A lesson in a course's funnel."""

    position: int
    lesson_id: str
    title: str
    kind: str
    module: str


class CourseFigures(Summary):
    """A course's figures."""

    course_id: str
    title: str
    version: int
    as_of: datetime | None
    funnel: list[Step]


class VideoViewers(TypedDict):
    """The number of learners who watched a video, and whether the lesson shows it."""

    video_id: str
    viewers: int
    shown: bool


# The numbers of learners for a segment of a video, which is given in seconds.
RetentionPart = TypedDict("RetentionPart", {"from": float, "to": float, "watched": int, "again": int, "left": int})


class Retention(TypedDict):
    """The retention curve of a video."""

    video_id: str
    duration: float | None
    viewers: int
    parts: list[RetentionPart]


class LessonFigures(ByDay):
    """A lesson's figures."""

    lesson_id: str
    course_id: str
    title: str
    kind: str
    as_of: datetime | None
    totals: LessonTotals
    videos: list[VideoViewers]
    retention: Retention | None


@dataclass(frozen=True, slots=True)
class ShownCourse:
    """A course, with the outline of its current version if it is published."""

    id: str
    title: str
    version: int
    outline: Syllabus | None


LESSON = Projection(LessonStats, StoredLessonStats)
STEPS = Projection(LessonStats, StepStats)
COURSE = Projection(CourseStats, StoredCourseStats)
LESSONS = Projection(Lesson, ListedLesson)
NO_LESSON = LESSON.complete({})


def lesson_view(lesson_id: str) -> LessonView:
    """Return a lesson as policies see it, with the course that it belongs or belonged to.

    Raises:
        NotFound: there is no such lesson in any course.
    """
    found = find_lesson(lesson_id)
    return LessonView(lesson_id, courses.view(str(found["course_id"])), found["free_preview"])


def course(course_id: str, days: Days) -> CourseFigures:
    """Return a course's figures; its funnel follows the outline of its current version.

    Raises:
        NotFound: there is no such course.
    """
    shown = published(course_id)
    stats, lessons = _stats(course_id), _lesson_stats(shown.outline)
    return course_figures_of(
        shown,
        summary(stats, local_days.counts(course_id, days, stats["days"]), days),
        lessons,
        as_of=as_of([stats, *lessons.values()]),
    )


def published(course_id: str) -> ShownCourse:
    """Return a course as its figures show it.

    Raises:
        NotFound: there is no such course.
    """
    draft = courses.draft(course_id)
    version = draft["current_version"]
    return ShownCourse(course_id, draft["title"], version, syllabus.get(course_id, version) if version else None)


def course_figures_of(
    shown: ShownCourse, figures: Summary, lessons: Mapping[str, LessonTotals], *, as_of: datetime | None
) -> CourseFigures:
    """Return the figures of a course, with a funnel of these lessons' figures."""
    return {
        "course_id": shown.id,
        "title": shown.title,
        "version": shown.version,
        "as_of": as_of,
        **figures,
        "funnel": _funnel(shown.outline, lessons) if shown.outline else [],
    }


def lesson(lesson_id: str, days: Days, *, video_id: str | None = None) -> LessonFigures:
    """Return a lesson's figures, with the retention curve of a video: by default the one that it shows.

    Raises:
        NotFound: there is no such lesson, or it never showed that video.
    """
    found = find_lesson(lesson_id)
    stats = lesson_stats(lesson_id)
    counted = local_days.counts(lesson_id, days, stats["days"])
    return lesson_figures_of(found, stats, counted, days, video_id=video_id, as_of=as_of([stats]))


def lesson_figures_of(
    found: ListedLesson,
    counted: Counted,
    by_day: Mapping[str, Counts],
    days: Days,
    *,
    video_id: str | None,
    as_of: datetime | None,
) -> LessonFigures:
    """Return the figures of a lesson, with the retention curve of a video.

    Raises:
        NotFound: the lesson never showed that video.
    """
    shown = _shown_video(found)
    videos = {name: video["viewers"] for name, video in counted["videos"].items()}
    selected = video_id or shown or next(iter(videos), None)
    if video_id and video_id not in {shown, *videos}:
        raise NoSuchVideo()
    return {
        "lesson_id": str(found["_id"]),
        "course_id": str(found["course_id"]),
        "title": found["title"],
        "kind": found["kind"],
        "as_of": as_of,
        "totals": pick(LessonTotals, counted),
        **_by_day(by_day, days, LESSON_DAY),
        "videos": [
            {"video_id": name, "viewers": videos.get(name, 0), "shown": name == shown}
            for name in sorted({*videos, *([shown] if shown else [])}, key=lambda name: name != shown)
        ],
        "retention": _retention(selected, counted) if selected else None,
    }


def summary(totals: SummaryTotals, by_day: Mapping[str, Counts], days: Days) -> Summary:
    """Return the figures that courses and the platform have in common."""
    return {"totals": pick(Totals, totals), "reached": totals["reached"], **_by_day(by_day, days, COURSE_DAY)}


def platform_summary(stats: StoredCourseStats, days: Days) -> Summary:
    """Return the platform's figures from what is stored."""
    return summary(stats, local_days.counts(PLATFORM, days, stats["days"]), days)


def platform_stats() -> StoredCourseStats:
    """Return the platform's figures as they are stored."""
    return _stats(PLATFORM)


def as_of(stats: Iterable[Freshness]) -> datetime | None:
    """Return the instant for which all of these are exact; None if some were never counted."""
    rolled_up = rollup.as_of()
    known = [rolled_up, *(each["as_of"] for each in stats if "due_at" in each)]
    return None if None in known else min(instant for instant in known if instant)


def _stats(name: str) -> StoredCourseStats:
    return COURSE.find_one({"_id": name}) or COURSE.complete({})


def lesson_stats(lesson_id: str) -> StoredLessonStats:
    """Return a lesson's figures as they are stored."""
    return LESSON.find_one({"_id": ObjectId(lesson_id)}) or LESSON.complete({})


def _by_day(counted: Mapping[str, Counts], days: Days, names: Iterable[str]) -> ByDay:
    found = {day: {name: counted.get(day, {}).get(name, 0) for name in names} for day in days}
    return {
        "tz": days.tz,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "range": {name: sum(each[name] for each in found.values()) for name in names if name not in NOT_SUMMED},
        "days": [{"day": day, **counts} for day, counts in found.items()],
    }


def _lesson_stats(outline: Syllabus | None) -> dict[str, StepStats]:
    ids = [ObjectId(each.id) for each in outline.lessons] if outline else []
    return {str(each["_id"]): each for each in STEPS.find({"_id": {"$in": ids}})} if ids else {}


def _funnel(outline: Syllabus, lessons: Mapping[str, LessonTotals]) -> list[Step]:
    titles = {module.id: module.title for module in outline.modules}
    return [
        {
            "position": position,
            "lesson_id": each.id,
            "title": each.title,
            "kind": each.kind.value,
            "module": titles[each.module_id],
            **pick(LessonTotals, lessons.get(each.id, NO_LESSON)),
        }
        for position, each in enumerate(outline.lessons, start=1)
    ]


def find_lesson(lesson_id: str) -> ListedLesson:
    """Return a lesson that belongs or belonged to a course.

    Raises:
        NotFound: there is no such lesson.
    """
    # A lesson deleted from the draft may still be published, and may have progress records.
    found = LESSONS.find_one({"_id": ObjectId(lesson_id), "course_id": {"$ne": None}})
    if found is None:
        raise NoSuchLesson()
    return found


def _shown_video(lesson: ListedLesson) -> str | None:
    """Return the video that new learners see, else the draft's."""
    course = courses.view(str(lesson["course_id"]))
    if course.current_version:
        outline = syllabus.get(course.id, course.current_version)
        if found := outline.by_id.get(str(lesson["_id"])):
            return found.video_id
    return str(lesson["video_id"]) if lesson["video_id"] else None


def _retention(video_id: str, stats: Counted) -> Retention:
    counted = stats["videos"].get(video_id)
    if counted is None:
        video = lesson_media.videos_of([ObjectId(video_id)])[ObjectId(video_id)]
        return {"video_id": video_id, "duration": video["duration"], "viewers": 0, "parts": []}
    counts = zip(counted["watched"], counted["again"], counted["left"], strict=True)
    bounds = retention.bounds(counted["duration"], len(counted["watched"]))
    return {
        "video_id": video_id,
        "duration": counted["duration"],
        "viewers": counted["viewers"],
        "parts": [
            {"from": start, "to": end, "watched": watched, "again": again, "left": left}
            for (start, end), (watched, again, left) in zip(bounds, counts, strict=True)
        ],
    }
