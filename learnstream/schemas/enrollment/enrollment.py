"""Request and response schemas of enrollments."""

from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields

from learnstream.clock import now
from learnstream.models import GrantState, SeatSource, SeatStatus
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, RowId, Schema, Word
from learnstream.web import cast

LONGEST_SEAT = timedelta(days=36525)


def _is_a_sensible_end(instant: datetime) -> None:
    if not now() < instant < now() + LONGEST_SEAT:
        raise ma.ValidationError("Must be in the future and within a hundred years.")


class SeatEnd(Instant):
    """When an enrollment ends."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "metadata", {"description": "When the enrollment ends, within the next hundred years; null means never."}
        )
        super().__init__(allow_none=True, validate=_is_a_sensible_end, **kwargs)


class RenewalSchema(Schema):
    restart = Flag(
        load_default=False,
        metadata={
            "description": "For a renewed enrollment: whether lessons that open a number of days after enrollment "
            "count from now. Otherwise they count from the first enrollment.",
            "example": False,
        },
    )


class EnrollmentSchema(Schema):
    id = fields.Integer(metadata={"description": "The enrollment's id.", "example": 12})
    course_id = ObjectIdText(metadata={"description": "The course's id."})
    user_id = fields.Integer(metadata={"description": "The learner's id.", "example": 7})
    status = Word(
        SeatStatus,
        metadata={
            "description": "The status; a completed enrollment still gives access to the course.",
            "example": "active",
        },
    )
    source = Word(
        SeatSource,
        metadata={
            "description": "The reason for it: `self`, `admin`, `group`, `program`, `payment` or `invitation`; of "
            "several, the one that holds longest.",
            "example": "self",
        },
    )
    sources = fields.List(
        Word(SeatSource),
        metadata={
            "description": "All reasons for it; of one that is over, those that held it last.",
            "example": ["self"],
        },
    )
    course_version = fields.Integer(metadata={"description": "The course version it gives access to.", "example": 1})
    enrolled_at = Instant(metadata={"description": "When it was created or last renewed."})
    expires_at = Instant(metadata={"description": "When it ends; null means never."}, allow_none=True)
    completed_at = Instant(
        metadata={
            "description": "When the learner had completed all lessons; set within about a minute, and never reset by "
            "a new version.",
        },
        allow_none=True,
    )


class SeatGrantSchema(Schema):
    id = fields.Integer(metadata={"description": "The grant's id.", "example": 31})
    source = Word(SeatSource, metadata={"description": "The reason.", "example": "self"})
    source_id = fields.Integer(
        allow_none=True,
        metadata={"description": "The id of the group, program, order or invitation.", "example": None},
    )
    state = fields.Function(
        lambda grant: grant.state(now()).value,
        metadata={
            "type": "string",
            "enum": [each.value for each in GrantState],
            "description": "Whether it counts now, and if not, why.",
            "example": "live",
        },
    )
    starts_at = Instant(metadata={"description": "When it begins."})
    expires_at = Instant(metadata={"description": "When it expires; null means never."}, allow_none=True)
    suspended_at = Instant(metadata={"description": "Since when it is suspended."}, allow_none=True)
    ended_at = Instant(metadata={"description": "When it was ended."}, allow_none=True)


class CourseCardSchema(Schema):
    title = fields.String(metadata={"description": "The course's title.", "example": cast.COURSE_TITLE})
    slug = fields.String(metadata={"description": "The course's unique name for URLs.", "example": cast.COURSE_SLUG})
    cover = fields.String(
        metadata={"description": "The URL of the course's picture, or its path on this server, or empty."}
    )
    status = Word(("published", "archived"), metadata={"description": "The course's status.", "example": "published"})


class MyEnrollmentSchema(EnrollmentSchema):
    course = fields.Nested(
        CourseCardSchema,
        allow_none=True,
        metadata={"description": "The course in its current version; null while its store is unavailable."},
    )


class MyEnrollmentsQuerySchema(Schema):
    timeless = True

    live = fields.Boolean(
        metadata={"description": "Only active enrollments (`true`), or only those that have ended (`false`)."}
    )


class EnrollmentsQuerySchema(MyEnrollmentsQuerySchema):
    user_id = RowId(strict=False, metadata={"description": "Only enrollments of this user."})
    course_id = ObjectIdText(metadata={"description": "Only enrollments in this course."})


class GrantSchema(RenewalSchema):
    user_id = RowId(required=True, metadata={"description": "The user to enroll.", "example": 7})
    course_id = ObjectIdText(required=True, metadata={"description": "The id of a published course."})
    expires_at = SeatEnd(load_default=None)


class GrantChoiceSchema(Schema):
    grant_id = RowId(
        load_default=None,
        metadata={
            "description": "The grant to change; others may hold the enrollment longer. By default the one that holds "
            "longest, and all that would hold longer than `expires_at`.",
            "example": 31,
        },
    )


class ProlongationSchema(GrantChoiceSchema):
    expires_at = SeatEnd(required=True)
