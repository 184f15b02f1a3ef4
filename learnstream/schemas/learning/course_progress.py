"""How far learners have come, in their courses and lessons.

The answers are made as plain values; these shapes document them, and a test holds the two together.
"""

from marshmallow import fields

from learnstream.documents import LessonKind
from learnstream.models import SeatStatus
from learnstream.schemas.common.base import Instant, Schema, Word
from learnstream.schemas.enrollment.enrollment import CourseCardSchema

FRACTION = {"description": "From 0 to 1: the mean of the lessons' fractions, completed ones as 1.", "example": 0.375}
COMPLETED_AT = {"description": "When that was; null if it is not."}
CARD = {"description": "The course as it is now; null while the store that knows it does not answer."}


class GoOnSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson."})
    title = fields.String(metadata={"description": "Its title.", "example": "Why the moon has phases"})
    module_id = fields.String(metadata={"description": "The module it stands in."})
    position = fields.Float(metadata={"description": "Where to start in its video, in seconds.", "example": 40.1})


class CountsSchema(Schema):
    fraction = fields.Float(metadata=FRACTION)
    completed = fields.Boolean(metadata={"description": "Whether all of its lessons are completed."})
    completed_at = Instant(allow_none=True, metadata=COMPLETED_AT)
    completed_lessons = fields.Integer(metadata={"description": "How many lessons are completed.", "example": 3})
    lesson_count = fields.Integer(metadata={"description": "How many there are.", "example": 8})


class SummarySchema(CountsSchema):
    """How far a learner has come in a course."""

    course_id = fields.String(metadata={"description": "The course."})
    version = fields.Integer(metadata={"description": "The version that the learner's seat is in.", "example": 2})
    fraction = fields.Float(metadata=FRACTION | {"description": f"{FRACTION['description']} A completed course is 1."})
    completed = fields.Boolean(
        metadata={"description": "Whether it was completed; no later version takes that back, whatever it adds."}
    )
    last_active_at = Instant(
        allow_none=True, metadata={"description": "When the learner was last in one of its lessons."}
    )
    next_lesson = fields.Nested(
        GoOnSchema, allow_none=True, metadata={"description": "The first lesson that is open and not completed."}
    )
    resume = fields.Nested(
        GoOnSchema,
        allow_none=True,
        metadata={
            "description": "Where to go on: the lesson that was left last if it is not completed, else the next."
        },
    )


class ModuleProgressSchema(CountsSchema):
    id = fields.String(metadata={"description": "The module's id."})
    title = fields.String(metadata={"description": "Its title.", "example": "The sky above us"})


class LessonStandingSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson."})
    title = fields.String(metadata={"description": "Its title.", "example": "Why the moon has phases"})
    kind = Word(LessonKind, metadata={"description": "What it is made of.", "example": "video"})
    module_id = fields.String(metadata={"description": "The module it stands in."})
    fraction = fields.Float(
        metadata={"description": "Of a video, the share that was watched; of a text, 0 or 1.", "example": 0.4409}
    )
    watched_seconds = fields.Integer(metadata={"description": "Seconds that were watched, each counted once."})
    position = fields.Float(metadata={"description": "Where to go on, in seconds.", "example": 40.1})
    completed = fields.Boolean(metadata={"description": "Once true, it stays so, unless an instructor resets it."})
    completed_at = Instant(allow_none=True, metadata=COMPLETED_AT)
    completed_by = fields.String(
        allow_none=True,
        metadata={
            "description": "The rule that was fulfilled, `waived`, or `rule_change`: a version came that asks for no more "
            "than the learner had done.",
            "example": "watched",
        },
    )
    last_active_at = Instant(allow_none=True, metadata={"description": "When the learner was last in it."})
    locked = fields.Boolean(metadata={"description": "Whether it has yet to open; `/lessons/{id}/access` says why."})


class CourseJourneySchema(SummarySchema):
    watched_seconds = fields.Integer(metadata={"description": "Seconds of its videos that were watched."})
    modules = fields.List(fields.Nested(ModuleProgressSchema), metadata={"description": "The modules, in order."})
    lessons = fields.List(
        fields.Nested(LessonStandingSchema), metadata={"description": "The lessons, in outline order."}
    )


class MyCourseSchema(SummarySchema):
    course = fields.Nested(CourseCardSchema, allow_none=True, metadata=CARD)
    status = Word(SeatStatus, metadata={"description": "The seat's."})
    open = fields.Boolean(metadata={"description": "Whether the seat opens the course now."})
    enrolled_at = Instant(metadata={"description": "When the seat was given, or renewed the last time."})
    expires_at = Instant(allow_none=True, metadata={"description": "When the seat ends; null is never."})


class MyCoursesQuerySchema(Schema):
    live = fields.Boolean(
        metadata={"description": "Only courses that are open to the caller (`true`), or only those that no longer are."}
    )


class VisitSchema(Schema):
    """A lesson that a learner was in."""

    lesson_id = fields.String(metadata={"description": "The lesson."})
    title = fields.String(
        allow_none=True, metadata={"description": "Its title; null if the learner's version no longer has it."}
    )
    kind = Word(
        LessonKind,
        allow_none=True,
        metadata={
            "description": "What it is made of; null if the learner's version no longer has it.",
            "example": "video",
        },
    )
    course_id = fields.String(metadata={"description": "Its course."})
    course = fields.Nested(CourseCardSchema, allow_none=True, metadata=CARD)
    position = fields.Float(metadata={"description": "Where to go on, in seconds.", "example": 40.1})
    duration = fields.Float(
        allow_none=True, metadata={"description": "How long its video is; null if none was watched.", "example": 93.4}
    )
    fraction = fields.Float(metadata={"description": "Of a video, the share that was watched; of a text, 0 or 1."})
    completed = fields.Boolean(metadata={"description": "Whether it is completed."})
    completed_at = Instant(allow_none=True, metadata=COMPLETED_AT)
    last_active_at = Instant(allow_none=True, metadata={"description": "When the learner was last in it."})


class HistoryQuerySchema(Schema):
    completed = fields.Boolean(
        metadata={"description": "Only lessons that are completed (`true`), or only those to go on with (`false`)."}
    )
