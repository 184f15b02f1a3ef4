"""Figures about learning."""

from datetime import date, timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream import clock
from learnstream.documents import LessonKind
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema, Word
from learnstream.schemas.common.fields import TimeZone
from learnstream.schemas.enrollment.group_filter import GroupFilterSchema
from learnstream.web import cast

EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
MAX_DAYS = 366
DEFAULT_DAYS = 30

WATCH_SECONDS = {"description": "Seconds of video that were watched; a second counts once a learner and day."}
ACTIVE = {"description": "How many learners were there on that day.", "example": 31}
LESSON_ID = {"description": "The lesson.", "example": cast.LESSON_ID}
LESSON_TITLE = {"description": "Its title.", "example": cast.LESSON_TITLE}
COURSE_ID = {"description": "The course.", "example": cast.COURSE_ID}
COURSE_TITLE = {"description": "The course's title.", "example": cast.COURSE_TITLE}
STARTED = {"description": "How many learners began it, previews included.", "example": 120}
COMPLETED = {"description": "How many of them completed it.", "example": 96}
AS_OF = {
    "description": "When these figures were true. They are counted about once a minute; null before the first time.",
    "example": cast.CREATED_AT,
}


class Day(fields.Date):
    """A day, like 2026-03-01."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", validate=validate.Range(min=EARLIEST, max=LATEST), **kwargs)


class DaysQuerySchema(Schema):
    first = Day(
        data_key="from",
        metadata={
            "description": f"The first day, from {EARLIEST} on; by default {DEFAULT_DAYS} days are shown.",
            "example": "2026-02-01",
        },
    )
    last = Day(
        data_key="to",
        metadata={
            "description": (
                f"The last day, up to {LATEST}; by default today. Not before `from`, and at most {MAX_DAYS} days "
                "in all."
            ),
            "example": cast.WATCHED_ON,
        },
    )
    tz = TimeZone(
        load_default=clock.UTC_NAME,
        metadata={
            "description": "The IANA time zone whose days these are. What a learner does in a lesson on one UTC day counts "
            "on the day on which they began.",
            "example": cast.TIME_ZONE,
        },
    )

    @ma.post_load
    def set_defaults(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        last = data.setdefault("last", max(clock.today(data["tz"]), data.get("first", EARLIEST)))
        first = data.setdefault("first", last - timedelta(days=DEFAULT_DAYS - 1))
        if first > last:
            raise ma.ValidationError({"from": ["Must not be after `to`."]})
        if (last - first).days >= MAX_DAYS:
            raise ma.ValidationError({"from": [f"At most {MAX_DAYS} days at a time."]})
        return data


class CourseQuerySchema(DaysQuerySchema, GroupFilterSchema):
    pass


class LessonQuerySchema(CourseQuerySchema):
    video_id = ObjectIdText(
        load_default=None,
        allow_none=False,
        metadata={
            "description": "Whose retention curve, if not of the video that the lesson shows now: see `videos`.",
            "example": cast.VIDEO_ID,
        },
    )


def _table(*names: str) -> fields.String:
    description = f"Which of its tables: {', '.join(f'`{name}`' for name in names)}."
    return fields.String(
        validate=validate.OneOf(names),
        load_default=names[0],
        metadata={"description": description, "example": names[0]},
    )


class CourseTableQuerySchema(CourseQuerySchema):
    table = _table("days", "funnel")


class LessonTableQuerySchema(LessonQuerySchema):
    table = _table("days", "retention")


class PlatformTableQuerySchema(DaysQuerySchema):
    table = _table("days", "courses", "lessons")


class LessonCountsSchema(Schema):
    started = fields.Integer(metadata=STARTED)
    completed = fields.Integer(metadata=COMPLETED)
    watch_seconds = fields.Integer(metadata=WATCH_SECONDS | {"example": 58214})


class TotalsSchema(Schema):
    enrollments = fields.Integer(
        metadata={"description": "How many have or had a seat; whoever came back counts once.", "example": 140}
    )
    completed = fields.Integer(metadata={"description": "How many have completed the course.", "example": 52})
    watch_seconds = fields.Integer(metadata=WATCH_SECONDS | {"example": 412007})
    median_completion_seconds = fields.Integer(
        allow_none=True,
        metadata={
            "description": "Half of those who completed took no longer than this from enrolling; null: nobody has yet.",
            "example": 777600,
        },
    )


class ReachedSchema(Schema):
    share = fields.Float(metadata={"description": "A share of the course.", "example": 0.5})
    learners = fields.Integer(metadata={"description": "How many have done at least that much.", "example": 88})


class LessonSumsSchema(Schema):
    completions = fields.Integer(metadata={"description": "How often it was completed in these days.", "example": 4})
    watch_seconds = fields.Integer(metadata=WATCH_SECONDS | {"example": 9120})


class SumsSchema(LessonSumsSchema):
    enrollments = fields.Integer(metadata={"description": "How many enrolled in these days.", "example": 12})


class LessonDaySchema(Schema):
    day = fields.String(metadata={"description": "The day, in the time zone `tz`.", "example": cast.WATCHED_ON})
    active = fields.Integer(metadata=ACTIVE)
    completions = fields.Integer(metadata={"description": "How many completed it on that day.", "example": 4})
    watch_seconds = fields.Integer(metadata=WATCH_SECONDS | {"example": 9120})


class CourseDaySchema(LessonDaySchema):
    enrollments = fields.Integer(metadata={"description": "How many enrolled on that day.", "example": 12})


class RangeSchema(Schema):
    as_of = Instant(allow_none=True, metadata=AS_OF)
    tz = fields.String(metadata={"description": "The time zone of the days.", "example": cast.TIME_ZONE})
    first = fields.String(data_key="from", attribute="from", metadata={"description": "The first of these days."})
    last = fields.String(data_key="to", attribute="to", metadata={"description": "The last of them."})


class CourseFiguresSchema(RangeSchema):
    totals = fields.Nested(TotalsSchema, metadata={"description": "Of all time, whatever days are asked for."})
    reached = fields.List(
        fields.Nested(ReachedSchema), metadata={"description": "How far learners have come; of all time."}
    )
    range = fields.Nested(SumsSchema, metadata={"description": "Of the days that are asked for."})
    days = fields.List(
        fields.Nested(CourseDaySchema), metadata={"description": "Day by day, also those without anybody."}
    )


class FunnelStepSchema(LessonCountsSchema):
    position = fields.Integer(metadata={"description": "Its place in the outline, from 1.", "example": 1})
    lesson_id = fields.String(metadata=LESSON_ID)
    title = fields.String(metadata=LESSON_TITLE)
    kind = Word(LessonKind, metadata={"description": "What it is made of.", "example": "video"})
    module = fields.String(metadata={"description": "The title of its module.", "example": cast.MODULE_TITLE})


class CourseAnalyticsSchema(CourseFiguresSchema):
    course_id = fields.String(metadata=COURSE_ID)
    title = fields.String(metadata=COURSE_TITLE)
    version = fields.Integer(
        metadata={"description": "The current version, whose outline the funnel has.", "example": 2}
    )
    funnel = fields.List(
        fields.Nested(FunnelStepSchema),
        metadata={"description": "How many began and completed each lesson, in outline order; of all time."},
    )


class PartSchema(Schema):
    start = fields.Float(
        data_key="from", attribute="from", metadata={"description": "Where it begins, in seconds.", "example": 12.0}
    )
    end = fields.Float(data_key="to", attribute="to", metadata={"description": "Where it ends.", "example": 18.0})
    watched = fields.Integer(metadata={"description": "How many learners watched any of it.", "example": 91})
    again = fields.Integer(metadata={"description": "How many of them watched any of it again.", "example": 17})
    left = fields.Integer(metadata={"description": "How many left here: their player stood here last.", "example": 3})


class RetentionSchema(Schema):
    video_id = fields.String(metadata={"description": "The video.", "example": cast.VIDEO_ID})
    duration = fields.Float(
        allow_none=True,
        metadata={"description": "Its length in seconds, if that is known.", "example": cast.VIDEO_SECONDS},
    )
    viewers = fields.Integer(metadata={"description": "How many learners watched any of it.", "example": 112})
    parts = fields.List(
        fields.Nested(PartSchema),
        metadata={"description": "At most 100 parts of equal length; none while nobody has watched it."},
    )


class WatchedVideoSchema(Schema):
    video_id = fields.String(metadata={"description": "A video.", "example": cast.VIDEO_ID})
    viewers = fields.Integer(metadata={"description": "How many learners watched any of it.", "example": 112})
    shown = fields.Boolean(metadata={"description": "Whether the lesson shows it now; others were replaced."})


class LessonAnalyticsSchema(RangeSchema):
    lesson_id = fields.String(metadata=LESSON_ID)
    course_id = fields.String(metadata=COURSE_ID)
    title = fields.String(metadata=LESSON_TITLE)
    kind = Word(LessonKind, metadata={"description": "What it is made of.", "example": "video"})
    totals = fields.Nested(LessonCountsSchema, metadata={"description": "Of all time."})
    range = fields.Nested(LessonSumsSchema, metadata={"description": "Of the days that are asked for."})
    days = fields.List(fields.Nested(LessonDaySchema), metadata={"description": "Day by day."})
    videos = fields.List(
        fields.Nested(WatchedVideoSchema), metadata={"description": "The videos that it shows and has shown."}
    )
    retention = fields.Nested(
        RetentionSchema,
        allow_none=True,
        metadata={"description": "What was watched of a video; null for a lesson that never had one. Of all time."},
    )


class NamedLessonSchema(Schema):
    lesson_id = fields.String(metadata=LESSON_ID)
    lesson_title = fields.String(metadata=LESSON_TITLE)
    course_id = fields.String(metadata=COURSE_ID)
    course_title = fields.String(metadata=COURSE_TITLE)


class StandoutSchema(NamedLessonSchema, LessonCountsSchema):
    finished_share = fields.Float(
        allow_none=True,
        metadata={"description": "The share of those who began that completed it; null while they are few."},
    )


class FailedVideoSchema(NamedLessonSchema):
    video_id = fields.String(metadata={"description": "The video.", "example": cast.VIDEO_ID})
    failed_at = Instant(metadata={"description": "When it failed."})
    error = fields.String(metadata={"description": "What the video service said.", "example": "Not a video file."})


class PlatformAnalyticsSchema(CourseFiguresSchema):
    top_videos = fields.List(
        fields.Nested(StandoutSchema), metadata={"description": "Up to ten lessons that were watched longest."}
    )
    losing_lessons = fields.List(
        fields.Nested(StandoutSchema),
        metadata={"description": "Up to ten lessons that less than half of at least ten learners completed."},
    )
    failed_videos = fields.List(
        fields.Nested(FailedVideoSchema),
        metadata={"description": "Up to ten videos of lessons that could not be processed, the latest first."},
    )
