"""Figures about learning, for instructors of their courses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.analytics import examples
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
from learnstream.services.analytics.analytics import CourseFigures, LessonFigures
from learnstream.services.analytics.local_days import Days
from learnstream.services.authoring import courses
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "analytics",
    __name__,
    position=170,
    title="Analytics",
    description="What learners do: of a lesson, a course, the platform.",
)

DAY_COLUMNS = ("day", *analytics.COURSE_DAY)
LESSON_DAY_COLUMNS = ("day", *analytics.LESSON_DAY)
FUNNEL_COLUMNS = ("position", "module", "lesson_id", "title", "kind", "started", "completed", "watch_seconds")
RETENTION_COLUMNS = ("from", "to", "watched", "again", "left")


@blp.get("/courses/<object_id:course_id>/analytics")
@blp.arguments(DaysQuerySchema, location="query")
@blp.response(200, CourseAnalyticsSchema, example=examples.COURSE)
@blp.raises(NoSuchCourse, NotYourCourse)
def read_course_analytics(query: dict[str, Any], course_id: str) -> CourseFigures:
    """Get the figures of a course.

    Enrollments, daily activity, and a funnel through its lessons.
    """
    require_can_edit_course(caller, courses.view(course_id))
    return analytics.course(course_id, Days(**query))


@blp.get("/courses/<object_id:course_id>/analytics.csv")
@blp.arguments(CourseTableQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchCourse, NotYourCourse)
def export_course_analytics(query: dict[str, Any], course_id: str) -> Response:
    """Export the figures of a course as CSV.

    `table` selects the days or the funnel.
    """
    require_can_edit_course(caller, courses.view(course_id))
    table = query.pop("table")
    found = analytics.course(course_id, Days(**query))
    name = f"course-{course_id}-{table}"
    return (
        csv_response(name, DAY_COLUMNS, found["days"])
        if table == "days"
        else csv_response(name, FUNNEL_COLUMNS, found["funnel"])
    )


@blp.get("/lessons/<object_id:lesson_id>/analytics")
@blp.arguments(LessonQuerySchema, location="query")
@blp.response(200, LessonAnalyticsSchema, example=examples.LESSON)
@blp.raises(NoSuchLesson, NoSuchVideo, NotYourCourse)
def read_lesson_analytics(query: dict[str, Any], lesson_id: str) -> LessonFigures:
    """Show how a lesson is doing, and what its learners watched of its video.

    The retention curve tells for each part of the video how many watched it, how many watched it again, and how many
    left there. A video that is replaced starts a new curve; the old one stays, see `videos`.
    """
    require_can_edit_lesson(caller, analytics.lesson_view(lesson_id))
    return analytics.lesson(lesson_id, requested_days(query), video_id=query["video_id"])


@blp.get("/lessons/<object_id:lesson_id>/analytics.csv")
@blp.arguments(LessonTableQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchLesson, NoSuchVideo, NotYourCourse)
def export_lesson_analytics(query: dict[str, Any], lesson_id: str) -> Response:
    """Export the figures of a lesson as CSV.

    `table` selects the days or the retention curve.
    """
    require_can_edit_lesson(caller, analytics.lesson_view(lesson_id))
    found = analytics.lesson(lesson_id, requested_days(query), video_id=query["video_id"])
    name = f"lesson-{lesson_id}-{query['table']}"
    if query["table"] == "days":
        return csv_response(name, LESSON_DAY_COLUMNS, found["days"])
    return csv_response(name, RETENTION_COLUMNS, found["retention"]["parts"] if found["retention"] else [])


def requested_days(query: dict[str, Any]) -> Days:
    return Days(query["first"], query["last"], query["tz"])


def csv_response(name: str, columns: Sequence[str], found: Iterable[Mapping[str, object]]) -> Response:
    return stream_csv(name, columns, ([each.get(column) for column in columns] for each in found))
