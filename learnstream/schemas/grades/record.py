"""Request and response schemas of a grade of record, its override and its history."""

from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.models import GradeCause, GradeKind
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, Schema, Word
from learnstream.schemas.common.decimals import Exact
from learnstream.schemas.learning.exceptions import Reason
from learnstream.web import cast

MAX_POINTS = 1_000_000
BY = {"description": "The user who set it; null if nobody did.", "example": cast.INSTRUCTOR["id"]}


class GradeOverrideWriteSchema(Schema):
    points = Exact(
        allow_none=True,
        validate=validate.Range(min=Decimal(0), max=Decimal(MAX_POINTS)),
        metadata={
            "description": "The points that count, at most those of the lesson; null undoes an override.",
            "example": 2.5,
        },
    )
    excused = Flag(metadata={"description": "True: the lesson does not count for the learner.", "example": True})
    reason = Reason()

    @ma.validates_schema
    def set_one_thing(self, data: dict[str, Any], **_: Any) -> None:
        if ("points" in data) == ("excused" in data):
            raise ma.ValidationError("Give either `points` or `excused`.")
        if data.get("excused") is False:
            raise ma.ValidationError("Must be true; `points: null` undoes it.", "excused")


class OverriddenGradeSchema(Schema):
    user_id = fields.Integer(metadata={"description": "The learner.", "example": cast.LEARNER_ID})
    lesson_id = ObjectIdText(metadata={"description": "The lesson.", "example": cast.QUIZ_LESSON_ID})
    kind = Word(GradeKind, metadata={"description": "The kind of the lesson.", "example": "quiz"})
    points = fields.Float(
        allow_none=True,
        metadata={"description": "The points that count; null if there are none, or if it is excused.", "example": 2.5},
    )
    max_points = fields.Float(
        allow_none=True, metadata={"description": "Of how many they are; or null.", "example": 3.0}
    )
    computed_points = fields.Float(
        allow_none=True,
        metadata={
            "description": "The points by the learner's attempts or submissions; null if there are none, and while the "
            "learner's homework is marked anonymously.",
            "example": 2.0,
        },
    )
    computed_max_points = fields.Float(
        allow_none=True, metadata={"description": "Of how many they are; or null.", "example": 3.0}
    )
    excused = fields.Boolean(
        metadata={"description": "Whether the lesson does not count for the learner.", "example": False}
    )
    overridden = fields.Boolean(metadata={"description": "Whether the points were set by staff.", "example": True})
    held = fields.Boolean(
        metadata={
            "description": "Whether its learner sees the override only once the lesson's grades are released.",
            "example": False,
        }
    )
    reason = fields.String(allow_none=True, metadata={"description": "The reason; or null.", "example": "Fell ill."})
    by = fields.Integer(allow_none=True, metadata=BY)
    at = Instant(allow_none=True, metadata={"description": "When it was set; or null."})


class GradeChangeSchema(Schema):
    at = Instant(metadata={"description": "When it was changed."})
    cause = Word(
        GradeCause,
        metadata={
            "description": "`result`: an attempt or submission; `lateness` of a submission; `released`: its learner has "
            "seen it since; `overridden`, `excused`, and `cleared`: an override was undone.",
            "example": "overridden",
        },
    )
    by = fields.Integer(allow_none=True, metadata=BY)
    before_points = fields.Float(
        allow_none=True,
        metadata={"description": "The points before; null if there were none, and for learners.", "example": 2.0},
    )
    points = fields.Float(
        allow_none=True,
        metadata={
            "description": "The points after; null if there are none, and for learners if an override was undone.",
            "example": 2.5,
        },
    )
    max_points = fields.Float(
        allow_none=True, metadata={"description": "Of how many they are; or null.", "example": 3.0}
    )
    reason = fields.String(
        allow_none=True, metadata={"description": "Why staff changed it; or null.", "example": "Fell ill."}
    )
    source_id = ObjectIdText(
        allow_none=True,
        metadata={
            "description": "The attempt or submission that counted then; or null, as for learners.",
            "example": cast.ATTEMPT_ID,
        },
    )
    shown = fields.Boolean(
        metadata={
            "description": "Whether its learner sees the change; of a quiz, when the review settings show the score.",
            "example": True,
        }
    )
