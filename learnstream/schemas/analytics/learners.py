"""The learners of a course, as its instructors see them."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.models import SeatSource
from learnstream.schemas.accounts.photo import PhotoSchema
from learnstream.schemas.common.base import Instant, Line, Schema, Word
from learnstream.schemas.enrollment.group_filter import GroupFilterSchema
from learnstream.schemas.learning.reading import BOOK_COUNT, BOOKS_READ, REQUIRED_BOOKS, REQUIRED_BOOKS_READ
from learnstream.web import cast

STATUSES = ("active", "completed", "expired", "withdrawn")
SORTS = (
    "name",
    "-name",
    "enrolled_at",
    "-enrolled_at",
    "progress",
    "-progress",
    "last_active_at",
    "-last_active_at",
)


class Share(fields.Float):
    """A number from 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_nan=False, validate=validate.Range(min=0, max=1), **kwargs)


class LearnerFilterSchema(GroupFilterSchema):
    status = fields.String(
        validate=validate.OneOf(STATUSES),
        metadata={
            "description": "Only learners whose seat is `active` (open, and not completed), `completed`, `expired` or "
            "`withdrawn`."
        },
    )
    q = Line(
        min=0,
        max=100,
        load_default="",
        metadata={"description": "Beginnings of words of a name or an address; case and accents do not matter."},
    )
    min_progress = Share(metadata={"description": "Only learners who have come as far as this, from 0 to 1."})
    max_progress = Share(metadata={"description": "Only learners who have come no further than this."})

    @ma.validates_schema
    def check_range(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("min_progress", 0) > data.get("max_progress", 1):
            raise ma.ValidationError({"max_progress": ["Must not be below min_progress."]})


class LearnersQuerySchema(LearnerFilterSchema):
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(SORTS),
        metadata={"description": "What to order by; a minus turns the order round."},
    )


class LearnerSchema(Schema):
    user_id = fields.Integer(metadata={"description": "The learner.", "example": 7})
    name = fields.String(metadata={"description": "Their name.", "example": cast.LEARNER["name"]})
    email = fields.String(metadata={"description": "Their address.", "example": cast.LEARNER["email"]})
    photo = fields.Nested(
        PhotoSchema,
        allow_none=True,
        metadata={"description": "Their photo; null without one. A CSV does not contain it."},
    )
    status = Word(STATUSES, metadata={"description": "Where the seat stands."})
    source = Word(SeatSource, metadata={"description": "How the seat came about.", "example": "self"})
    version = fields.Integer(metadata={"description": "The version of the course they learn from.", "example": 2})
    enrolled_at = Instant(metadata={"description": "When the seat was given, or renewed the last time."})
    expires_at = Instant(allow_none=True, metadata={"description": "When it ends; null is never."})
    completed_at = Instant(allow_none=True, metadata={"description": "When they completed the course."})
    fraction = fields.Float(
        metadata={"description": "From 0 to 1: the mean of the lessons' fractions, completed ones as 1."}
    )
    completed_lessons = fields.Integer(metadata={"description": "How many lessons they completed."})
    lesson_count = fields.Integer(
        allow_none=True, metadata={"description": "How many there are; null in the first minute after enrolling."}
    )
    watched_seconds = fields.Integer(metadata={"description": "Seconds of video watched, each counted once a day."})
    started_at = Instant(allow_none=True, metadata={"description": "When they began the first lesson."})
    last_active_at = Instant(allow_none=True, metadata={"description": "When they were last in a lesson."})
    book_count = fields.Integer(metadata=BOOK_COUNT)
    books_read = fields.Integer(metadata=BOOKS_READ)
    required_books = fields.Integer(metadata=REQUIRED_BOOKS)
    required_books_read = fields.Integer(metadata=REQUIRED_BOOKS_READ)
    as_of = Instant(
        allow_none=True, metadata={"description": "The time up to which all is counted; null before the first time."}
    )
