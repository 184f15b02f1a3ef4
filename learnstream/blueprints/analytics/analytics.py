"""Figures about learning, for instructors of their courses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.analytics import examples
from learnstream.blueprints.common import csv_export
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.require_group import require_visible_learners, require_visible_lesson_learners
from learnstream.errors.analytics import NoSuchVideo
from learnstream.errors.authoring import NoSuchCourse, NoSuchLesson, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.schemas.analytics.analytics import (
    CourseAnalyticsSchema,
    CourseQuerySchema,
    CourseTableQuerySchema,
    LessonAnalyticsSchema,
    LessonQuerySchema,
    LessonTableQuerySchema,
)
from learnstream.services.analytics import analytics, group_figures
from learnstream.services.analytics.analytics import CourseFigures, LessonFigures
from learnstream.services.analytics.local_days import Days
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
@blp.arguments(CourseQuerySchema, location="query")
@blp.response(200, CourseAnalyticsSchema, example=examples.COURSE)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def read_course_analytics(query: dict[str, Any], course_id: str) -> CourseFigures:
    """Get the figures of a course.

    Enrollments, daily activity, and a funnel through its lessons. With `group_id`, a group's staff see the figures of
    its members (at most 2,000), also in courses that they do not teach, if the group is given the course.
    """
    return visible_course(course_id, query)


@blp.get("/courses/<object_id:course_id>/analytics.csv")
@blp.arguments(CourseTableQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def export_course_analytics(query: dict[str, Any], course_id: str) -> Response:
    """Export the figures of a course as CSV.

    `table` selects the days or the funnel; `group_id` a group's members, as in the figures.
    """
    found, table = visible_course(course_id, query), query["table"]
    name = f"course-{course_id}-{table}"
    return (
        csv_response(name, DAY_COLUMNS, found["days"])
        if table == "days"
        else csv_response(name, FUNNEL_COLUMNS, found["funnel"])
    )


@blp.get("/lessons/<object_id:lesson_id>/analytics")
@blp.arguments(LessonQuerySchema, location="query")
@blp.response(200, LessonAnalyticsSchema, example=examples.LESSON)
@blp.raises(NoSuchLesson, NoSuchVideo, NotYourCourse, NoSuchGroup)
def read_lesson_analytics(query: dict[str, Any], lesson_id: str) -> LessonFigures:
    """Show how a lesson is doing, and what its learners watched of its video.

    The retention curve tells for each part of the video how many watched it, how many watched it again, and how many
    left there. A video that is replaced starts a new curve; the old one stays, see `videos`. With `group_id`, all
    figures are those of the group's members, as for a course.
    """
    return visible_lesson(lesson_id, query)


@blp.get("/lessons/<object_id:lesson_id>/analytics.csv")
@blp.arguments(LessonTableQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchLesson, NoSuchVideo, NotYourCourse, NoSuchGroup)
def export_lesson_analytics(query: dict[str, Any], lesson_id: str) -> Response:
    """Export the figures of a lesson as CSV.

    `table` selects the days or the retention curve; `group_id` a group's members, as in the figures.
    """
    found = visible_lesson(lesson_id, query)
    name = f"lesson-{lesson_id}-{query['table']}"
    if query["table"] == "days":
        return csv_response(name, LESSON_DAY_COLUMNS, found["days"])
    return csv_response(name, RETENTION_COLUMNS, found["retention"]["parts"] if found["retention"] else [])


def visible_course(course_id: str, query: dict[str, Any]) -> CourseFigures:
    """Return a course's figures if the caller may see them, of the group that a query names."""
    group_id, days = query.get("group_id"), requested_days(query)
    require_visible_learners(course_id, group_id)
    return group_figures.course(course_id, days, group_id=group_id) if group_id else analytics.course(course_id, days)


def visible_lesson(lesson_id: str, query: dict[str, Any]) -> LessonFigures:
    """Return a lesson's figures if the caller may see them, of the group that a query names."""
    group_id, days, video_id = query.get("group_id"), requested_days(query), query["video_id"]
    require_visible_lesson_learners(lesson_id, group_id)
    if group_id:
        return group_figures.lesson(lesson_id, days, group_id=group_id, video_id=video_id)
    return analytics.lesson(lesson_id, days, video_id=video_id)


def requested_days(query: dict[str, Any]) -> Days:
    return Days(query["first"], query["last"], query["tz"])


def csv_response(name: str, columns: Sequence[str], found: Iterable[Mapping[str, object]]) -> Response:
    return stream_csv(name, columns, ([each.get(column) for column in columns] for each in found))
