"""Schemas of grading, returning and releasing submissions."""

from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.schemas.authoring.assignment import MAX_CRITERIA, MAX_POINTS
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema, Text
from learnstream.schemas.common.decimals import Exact
from learnstream.schemas.homework.staff_submission import COMMENT, PRIVATE_NOTE
from learnstream.web import cast

MAX_COMMENT = 5000
MAX_ID = 32
MAX_RELEASED = 1000


class GradeWriteSchema(Schema):
    levels = fields.Dict(
        keys=Text(max=MAX_ID),
        values=Text(max=MAX_ID, required=True),
        validate=validate.Length(max=MAX_CRITERIA),
        metadata={
            "description": "A level for each criterion of the rubric, by their ids.",
            "example": {"facts": "all"},
        },
    )
    points = Exact(
        validate=validate.Range(min=Decimal(0), max=Decimal(MAX_POINTS)),
        metadata={"description": "The points, instead of `levels`; before lateness.", "example": 8.5},
    )
    comment = Text(max=MAX_COMMENT, strip=True, load_default="", metadata=COMMENT)
    private_note = Text(max=MAX_COMMENT, strip=True, load_default="", metadata=PRIVATE_NOTE)

    @ma.validates_schema
    def require_one(self, data: dict[str, Any], **_: Any) -> None:
        if ("levels" in data) == ("points" in data):
            raise ma.ValidationError({"points": ["Either `points` or `levels` is required."]})


class ReturnSchema(Schema):
    comment = Text(
        max=MAX_COMMENT,
        min=1,
        strip=True,
        required=True,
        metadata={"description": "What the learner is to change.", "example": "The second page is missing."},
    )


class GradeReleaseSchema(Schema):
    submission_ids = fields.List(
        ObjectIdText(),
        validate=validate.Length(min=1, max=MAX_RELEASED),
        metadata={
            "description": "Only the grades of these submissions; by default, of all in the lesson.",
            "example": [cast.SUBMISSION_ID],
        },
    )


class GradesReleasedSchema(Schema):
    released = fields.Integer(metadata={"description": "How many grades were released.", "example": 28})


class SubmissionClaimSchema(Schema):
    claimed_by = fields.Integer(
        attribute="by", metadata={"description": "The user who is grading it.", "example": cast.INSTRUCTOR["id"]}
    )
    claimed_until = Instant(attribute="until", metadata={"description": "Until when nobody else can."})
