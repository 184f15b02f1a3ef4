"""Analytics across all courses."""

from typing import Any

from flask import Response

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.analytics import examples
from learnstream.blueprints.analytics.analytics import DAY_COLUMNS, csv_response, requested_days
from learnstream.blueprints.common import csv_export
from learnstream.blueprints.common.authentication import admins_only
from learnstream.documents.projection import names_of
from learnstream.schemas.analytics.analytics import (
    DaysQuerySchema,
    PlatformAnalyticsSchema,
    PlatformTableQuerySchema,
)
from learnstream.services.analytics import analytics, highlights
from learnstream.services.analytics.highlights import PlatformFigures
from learnstream.services.analytics.local_days import Days

COURSES = ("course_id", "course_title", *names_of(analytics.Totals), "as_of")
LESSONS = ("lesson_id", "lesson_title", "course_id", "course_title", "started", "completed", "watch_seconds")


@blp.get("/analytics")
@blp.arguments(DaysQuerySchema, location="query")
@admins_only
@blp.response(200, PlatformAnalyticsSchema, example=examples.PLATFORM)
def read_platform_analytics(query: dict[str, Any]) -> PlatformFigures:
    """Get figures for all courses together, with highlights.

    A learner who is active in several courses on one day counts once; enrollments, completions and progress are counted
    for each course.
    """
    return highlights.platform(Days(**query))


@blp.get("/analytics.csv")
@blp.arguments(PlatformTableQuerySchema, location="query")
@admins_only
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
def export_platform_analytics(query: dict[str, Any]) -> Response:
    """Export the platform's figures as CSV.

    `table` selects the daily figures, the totals of all courses, or all watched lessons, most watched first.
    """
    table = query["table"]
    if table == "courses":
        return csv_response("courses", COURSES, highlights.courses())
    if table == "lessons":
        return csv_response("lessons", LESSONS, highlights.lessons())
    return csv_response("platform-days", DAY_COLUMNS, highlights.platform(requested_days(query))["days"])
