"""Schemas of learners' progress in courses and lessons.

Responses are built as plain values; a test checks that they match these schemas.
"""

from marshmallow import fields

from learnstream.documents import LessonKind
from learnstream.models import SeatStatus
from learnstream.schemas.common.base import Instant, Schema, Word
from learnstream.schemas.enrollment.enrollment import CourseCardSchema
from learnstream.schemas.learning.reading import ReadingProgressSchema
from learnstream.web import cast

FRACTION = {
    "description": "From 0 to 1: the mean of the lessons' fractions, where a completed lesson counts as 1.",
    "example": 0.375,
}
COMPLETED_AT = {"description": "When it was completed; null if it is not."}
CARD = {"description": "The course in its current version; null while its store is unavailable."}


class GoOnSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson's id."})
    title = fields.String(metadata={"description": "The title.", "example": cast.LESSON_TITLE})
    module_id = fields.String(metadata={"description": "The id of its module."})
    position = fields.Float(
        metadata={"description": "The position in its video to resume from, in seconds.", "example": cast.POSITION}
    )


class CountsSchema(Schema):
    fraction = fields.Float(metadata=FRACTION)
    completed = fields.Boolean(metadata={"description": "Whether all its lessons are completed."})
    completed_at = Instant(allow_none=True, metadata=COMPLETED_AT)
    completed_lessons = fields.Integer(metadata={"description": "The number of completed lessons.", "example": 3})
    lesson_count = fields.Integer(metadata={"description": "The number of lessons.", "example": 8})


class SummarySchema(CountsSchema):
    """A learner's progress in a course."""

    course_id = fields.String(metadata={"description": "The course's id."})
    version = fields.Integer(metadata={"description": "The course version of the learner's enrollment.", "example": 2})
    fraction = fields.Float(
        metadata=FRACTION | {"description": f"{FRACTION['description']} A completed course counts as 1."}
    )
    completed = fields.Boolean(
        metadata={"description": "Whether the course was completed; later versions never revert this."}
    )
    last_active_at = Instant(
        allow_none=True, metadata={"description": "When the learner last visited one of its lessons."}
    )
    next_lesson = fields.Nested(
        GoOnSchema, allow_none=True, metadata={"description": "The first open lesson that is not completed."}
    )
    resume = fields.Nested(
        GoOnSchema,
        allow_none=True,
        metadata={"description": "Where to resume: the last visited lesson if it is not completed, else the next one."},
    )


class ModuleProgressSchema(CountsSchema):
    id = fields.String(metadata={"description": "The module's id."})
    title = fields.String(metadata={"description": "The title.", "example": cast.MODULE_TITLE})


class LessonStandingSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson's id."})
    title = fields.String(metadata={"description": "The title.", "example": cast.LESSON_TITLE})
    kind = Word(LessonKind, metadata={"description": "The lesson's kind.", "example": "video"})
    module_id = fields.String(metadata={"description": "The id of its module."})
    fraction = fields.Float(
        metadata={"description": "For a video, the watched share; else 0 or 1.", "example": cast.FRACTION}
    )
    watched_seconds = fields.Integer(metadata={"description": "The number of watched seconds, each counted once."})
    position = fields.Float(
        metadata={"description": "The position to resume from, in seconds.", "example": cast.POSITION}
    )
    completed = fields.Boolean(
        metadata={"description": "Whether the lesson is completed; only an instructor's reset reverts this."}
    )
    completed_at = Instant(allow_none=True, metadata=COMPLETED_AT)
    completed_by = fields.String(
        allow_none=True,
        metadata={
            "description": "The rule that was met, `waived`, or `rule_change`: a new version requires no more "
            "than the learner had done.",
            "example": "watched",
        },
    )
    last_active_at = Instant(allow_none=True, metadata={"description": "When the learner last visited it."})
    locked = fields.Boolean(
        metadata={"description": "Whether it is not open yet; `/lessons/{id}/access` returns the reasons."}
    )


class CourseJourneySchema(SummarySchema):
    watched_seconds = fields.Integer(metadata={"description": "The number of watched seconds of its videos."})
    modules = fields.List(fields.Nested(ModuleProgressSchema), metadata={"description": "The modules, in order."})
    lessons = fields.List(
        fields.Nested(LessonStandingSchema), metadata={"description": "The lessons, in outline order."}
    )
    reading = fields.Nested(ReadingProgressSchema, metadata={"description": "What was read of the reading list."})


class MyCourseSchema(SummarySchema):
    course = fields.Nested(CourseCardSchema, allow_none=True, metadata=CARD)
    status = Word(SeatStatus, metadata={"description": "The enrollment's status."})
    open = fields.Boolean(metadata={"description": "Whether the enrollment gives access to the course now."})
    enrolled_at = Instant(metadata={"description": "When the enrollment was created or last renewed."})
    expires_at = Instant(allow_none=True, metadata={"description": "When the enrollment ends; null means never."})


class MyCoursesQuerySchema(Schema):
    live = fields.Boolean(
        metadata={
            "description": "Only courses that are open to the caller (`true`), or only those that no longer are "
            "(`false`)."
        }
    )


class VisitSchema(Schema):
    """A lesson that a learner has visited."""

    lesson_id = fields.String(metadata={"description": "The lesson's id."})
    title = fields.String(
        allow_none=True,
        metadata={"description": "The title; null if the learner's version no longer contains the lesson."},
    )
    kind = Word(
        LessonKind,
        allow_none=True,
        metadata={
            "description": "The lesson's kind; null if the learner's version no longer contains it.",
            "example": "video",
        },
    )
    course_id = fields.String(metadata={"description": "The course's id."})
    course = fields.Nested(CourseCardSchema, allow_none=True, metadata=CARD)
    position = fields.Float(
        metadata={"description": "The position to resume from, in seconds.", "example": cast.POSITION}
    )
    duration = fields.Float(
        allow_none=True,
        metadata={
            "description": "The length of its video in seconds; null if none was watched.",
            "example": cast.VIDEO_SECONDS,
        },
    )
    fraction = fields.Float(metadata={"description": "For a video, the watched share; else 0 or 1."})
    completed = fields.Boolean(metadata={"description": "Whether the lesson is completed."})
    completed_at = Instant(allow_none=True, metadata=COMPLETED_AT)
    last_active_at = Instant(allow_none=True, metadata={"description": "When the learner last visited it."})


class HistoryQuerySchema(Schema):
    completed = fields.Boolean(
        metadata={"description": "Only completed lessons (`true`), or only lessons that are not completed (`false`)."}
    )
