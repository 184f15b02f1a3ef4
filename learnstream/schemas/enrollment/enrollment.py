"""What clients send and get about seats."""

from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.clock import now
from learnstream.models import SeatSource, SeatStatus
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, RowId, Schema, Word

LONGEST_SEAT = timedelta(days=36525)


def _is_a_sensible_end(instant: datetime) -> None:
    if not now() < instant < now() + LONGEST_SEAT:
        raise ma.ValidationError("Must lie in the future, and within a hundred years.")


class SeatEnd(Instant):
    """When a seat ends."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "metadata", {"description": "When the seat ends by itself, in the next hundred years; null is never."}
        )
        super().__init__(allow_none=True, validate=_is_a_sensible_end, **kwargs)


class RenewalSchema(Schema):
    restart = Flag(
        load_default=False,
        metadata={
            "description": "Of a seat that is renewed: whether lessons that open some days after enrolment count their "
            "days anew. Otherwise they go on counting from the first enrolment.",
            "example": False,
        },
    )


class EnrollmentSchema(Schema):
    id = fields.Integer(metadata={"description": "The seat's id.", "example": 12})
    course_id = ObjectIdText(metadata={"description": "The course."})
    user_id = fields.Integer(metadata={"description": "Who learns.", "example": 7})
    status = Word(SeatStatus, metadata={"description": "A completed seat still opens the course.", "example": "active"})
    source = Word(
        SeatSource,
        metadata={"description": "How it came about: `self`, `admin`, `group` or `payment`.", "example": "self"},
    )
    course_version = fields.Integer(metadata={"description": "The version of the course it shows.", "example": 1})
    enrolled_at = Instant(metadata={"description": "When it was given, or renewed the last time."})
    expires_at = Instant(metadata={"description": "When it ends by itself; null is never."}, allow_none=True)
    completed_at = Instant(
        metadata={
            "description": "When the learner had completed all lessons; noted within a minute or so, and for good.",
        },
        allow_none=True,
    )


class CourseCardSchema(Schema):
    title = fields.String(metadata={"description": "Its title.", "example": "Astronomy"})
    slug = fields.String(metadata={"description": "Its title as part of a URL.", "example": "astronomy"})
    cover = fields.String(metadata={"description": "A URL, or empty."})
    status = Word(("published", "archived"), metadata={"description": "Where it stands.", "example": "published"})


class MyEnrollmentSchema(EnrollmentSchema):
    course = fields.Nested(
        CourseCardSchema,
        allow_none=True,
        metadata={"description": "The course as it is now; null while the store that knows it does not answer."},
    )


class MyEnrollmentsQuerySchema(Schema):
    timeless = True

    live = fields.Boolean(
        metadata={"description": "Only seats that open their course now (`true`), or only those that are over."}
    )


class EnrollmentsQuerySchema(MyEnrollmentsQuerySchema):
    user_id = RowId(strict=False, metadata={"description": "Only this user's."})
    course_id = ObjectIdText(metadata={"description": "Only this course's."})


class GrantSchema(RenewalSchema):
    user_id = RowId(required=True, metadata={"description": "Who gets the seat.", "example": 7})
    course_id = ObjectIdText(required=True, metadata={"description": "A published course."})
    expires_at = SeatEnd(load_default=None)


class ProlongationSchema(Schema):
    expires_at = SeatEnd(required=True)
