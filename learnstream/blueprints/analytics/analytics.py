"""Figures about learning, for instructors of their courses."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.common import csv_export
from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.errors.analytics import NoSuchVideo
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson, NotYourCourse
from learnstream.policies.access import require_can_edit_course, require_can_edit_lesson
from learnstream.schemas.analytics.analytics import (
    CourseAnalyticsSchema,
    CourseTableQuerySchema,
    DaysQuerySchema,
    LessonAnalyticsSchema,
    LessonQuerySchema,
    LessonTableQuerySchema,
)
from learnstream.services.analytics import analytics
from learnstream.services.analytics.analytics import Figures
from learnstream.services.analytics.local_days import Days
from learnstream.services.authoring import courses
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "analytics", __name__, title="Analytics", description="What learners do: of a lesson, a course, the platform."
)

COURSE_ID, LESSON_ID, VIDEO_ID = (f"6560f3a2c1d4e5f6a7b8c9d{number}" for number in (0, 1, 3))
LESSON_SUMS = {"completions": 4, "watch_seconds": 9120}
SUMS = {"enrollments": 12, **LESSON_SUMS}
RANGE = {"as_of": "2026-03-01T12:00:00+00:00", "tz": "Europe/Berlin", "from": "2026-03-01", "to": "2026-03-01"}
FIGURES = {
    **RANGE,
    "totals": {"enrollments": 140, "completed": 52, "watch_seconds": 412007, "median_completion_seconds": 777600},
    "reached": [{"share": 0.25, "learners": 121}, {"share": 0.5, "learners": 88}, {"share": 0.75, "learners": 61}],
    "range": SUMS,
    "days": [{"day": "2026-03-01", "active": 31, **SUMS}],
}
COUNTS = {"started": 120, "completed": 96, "watch_seconds": 58214}
STEP = {
    "position": 1,
    "lesson_id": LESSON_ID,
    "title": "Why the moon has phases",
    "kind": "video",
    "module": "The sky above us",
    **COUNTS,
}
NAMES = {
    "lesson_id": LESSON_ID,
    "lesson_title": "Why the moon has phases",
    "course_id": COURSE_ID,
    "course_title": "Astronomy",
}
COURSE = {"course_id": COURSE_ID, "title": "Astronomy", "version": 2, **FIGURES, "funnel": [STEP]}
LESSON = {
    "lesson_id": LESSON_ID,
    "course_id": COURSE_ID,
    "title": "Why the moon has phases",
    "kind": "video",
    **RANGE,
    "totals": COUNTS,
    "range": LESSON_SUMS,
    "days": [{"day": "2026-03-01", "active": 31, **LESSON_SUMS}],
    "videos": [{"video_id": VIDEO_ID, "viewers": 112, "shown": True}],
    "retention": {
        "video_id": VIDEO_ID,
        "duration": 12.0,
        "viewers": 112,
        "parts": [
            {"from": 0.0, "to": 6.0, "watched": 112, "again": 9, "left": 13},
            {"from": 6.0, "to": 12.0, "watched": 98, "again": 31, "left": 99},
        ],
    },
}

DAY = ("day", *analytics.COURSE_DAY)
LESSON_DAY = ("day", *analytics.LESSON_DAY)
STEPS = ("position", "module", "lesson_id", "title", "kind", "started", "completed", "watch_seconds")
PARTS = ("from", "to", "watched", "again", "left")


@blp.get("/courses/<object_id:course_id>/analytics")
@blp.arguments(DaysQuerySchema, location="query")
@blp.response(200, CourseAnalyticsSchema, example=COURSE)
@blp.raises(NoSuchCourse, NotYourCourse)
def course(query: dict[str, Any], course_id: str) -> Figures:
    """Show how a course is doing: enrolments, activity day by day, and a funnel through its lessons."""
    require_can_edit_course(caller, courses.view(course_id))
    return analytics.course(course_id, Days(**query))


@blp.get("/courses/<object_id:course_id>/analytics.csv")
@blp.arguments(CourseTableQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchCourse, NotYourCourse)
def course_table(query: dict[str, Any], course_id: str) -> Response:
    """Export a course's days, or its funnel."""
    require_can_edit_course(caller, courses.view(course_id))
    table = query.pop("table")
    found = analytics.course(course_id, Days(**query))
    return table_of(f"course-{course_id}-{table}", DAY if table == "days" else STEPS, found[table])


@blp.get("/lessons/<object_id:lesson_id>/analytics")
@blp.arguments(LessonQuerySchema, location="query")
@blp.response(200, LessonAnalyticsSchema, example=LESSON)
@blp.raises(NoSuchLesson, NoSuchVideo, NotYourCourse)
def lesson(query: dict[str, Any], lesson_id: str) -> Figures:
    """Show how a lesson is doing, and what its learners watched of its video.

    The retention curve tells for each part of the video how many watched it, how many watched it again, and how many
    left there. A video that is replaced starts a new curve; the old one stays, see `videos`.
    """
    require_can_edit_lesson(caller, analytics.lesson_view(lesson_id))
    return analytics.lesson(lesson_id, days_of(query), video_id=query["video_id"])


@blp.get("/lessons/<object_id:lesson_id>/analytics.csv")
@blp.arguments(LessonTableQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchLesson, NoSuchVideo, NotYourCourse)
def lesson_table(query: dict[str, Any], lesson_id: str) -> Response:
    """Export a lesson's days, or its retention curve."""
    require_can_edit_lesson(caller, analytics.lesson_view(lesson_id))
    found = analytics.lesson(lesson_id, days_of(query), video_id=query["video_id"])
    name = f"lesson-{lesson_id}-{query['table']}"
    if query["table"] == "days":
        return table_of(name, LESSON_DAY, found["days"])
    return table_of(name, PARTS, (found["retention"] or {"parts": []})["parts"])


def days_of(query: dict[str, Any]) -> Days:
    return Days(query["first"], query["last"], query["tz"])


def table_of(name: str, columns: Sequence[str], found: Iterable[Figures]) -> Response:
    return stream_csv(name, columns, ([each.get(column) for column in columns] for each in found))
