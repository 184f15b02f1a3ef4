"""What publishing a draft would change, and for which learners."""

from marshmallow import fields, validate

from learnstream.schemas.accounts.photo import PhotoSchema
from learnstream.schemas.authoring.version import LEARNERS, WarningSchema
from learnstream.schemas.authoring.version_diff import DifferenceSchema
from learnstream.schemas.common.base import Instant, Schema, Word
from learnstream.web import cast


class PreviewQuerySchema(Schema):
    learners = fields.String(
        validate=validate.OneOf(LEARNERS),
        load_default="migrate",
        metadata={"description": "Whether `affected` lists the effects of publishing with `migrate` or with `keep`."},
    )


def _learners(which: str, *, example: int) -> fields.Integer:
    """Create a field for the number of learners who are described."""
    return fields.Integer(metadata={"description": f"The number of learners {which}.", "example": example})


class VersionSeatsSchema(Schema):
    version = fields.Integer(metadata={"description": "The version's number.", "example": 1})
    seats = _learners("in it now", example=240)


class SeatsSchema(Schema):
    live = _learners("in the course now", example=240)
    completed = fields.Integer(metadata={"description": "How many of them have completed the course.", "example": 31})
    by_version = fields.List(
        fields.Nested(VersionSeatsSchema), metadata={"description": "The number of learners in each version."}
    )


class EffectSchema(Schema):
    moving = _learners("who would move to the new version", example=240)
    counted = _learners("covered by the counts below: all, unless counting took too long", example=240)
    rising = _learners("whose progress would increase", example=12)
    falling = _learners("whose progress would decrease; a completed course is never affected", example=70)
    completing = _learners(
        "who would complete the course, since only removed or relaxed requirements are missing", example=2
    )
    kept_open = _learners(
        "who have begun lessons whose new conditions they do not meet; these stay open to them", example=3
    )
    closing = _learners("who would lose access to lessons that are open to them now", example=0)


class EffectsSchema(Schema):
    migrate = fields.Nested(
        EffectSchema, metadata={"description": "The effects if enrolled learners move to the new version."}
    )
    keep = fields.Nested(
        EffectSchema, metadata={"description": "The effects if enrolled learners keep their versions."}
    )


class StandSchema(Schema):
    fraction = fields.Float(metadata={"description": "The completed share, from 0 to 1.", "example": 0.75})
    completed = fields.Boolean(metadata={"description": "Whether the course is completed."})
    completed_lessons = fields.Integer(metadata={"description": "The number of completed lessons.", "example": 3})
    lesson_count = fields.Integer(metadata={"description": "The number of lessons.", "example": 4})


class AffectedSchema(Schema):
    user_id = fields.Integer(metadata={"description": "The learner's id.", "example": 7})
    name = fields.String(
        allow_none=True, metadata={"description": "The learner's name.", "example": cast.LEARNER["name"]}
    )
    photo = fields.Nested(
        PhotoSchema, allow_none=True, metadata={"description": "The learner's photo; null without one."}
    )
    version = fields.Integer(metadata={"description": "The learner's current version.", "example": 1})
    before = fields.Nested(StandSchema, metadata={"description": "The learner's progress in that version."})
    after = fields.Nested(StandSchema, metadata={"description": "The learner's progress in the new version."})
    kept_open = fields.List(
        fields.String(),
        metadata={
            "description": "Lessons that new conditions would have closed, but that stay open because the learner has "
            "begun or completed them."
        },
    )
    closing = fields.List(
        fields.String(), metadata={"description": "Lessons, open to the learner now, that new conditions would close."}
    )


class PreviewSchema(Schema):
    """The changes that publishing the draft now would make."""

    version = fields.Integer(metadata={"description": "The number of the new version.", "example": 2})
    publishable = fields.Boolean(
        metadata={"description": "False for a draft without lessons; publishing it fails with `nothing_to_publish`."}
    )
    changes = fields.Nested(
        DifferenceSchema, metadata={"description": "The differences from the current version to the draft."}
    )
    warnings = fields.List(
        fields.Nested(WarningSchema), metadata={"description": "Lessons whose video or document cannot be shown yet."}
    )
    seats = fields.Nested(SeatsSchema, metadata={"description": "The course's current learners."})
    effects = fields.Nested(
        EffectsSchema, metadata={"description": "The effects on them, with `migrate` and with `keep`."}
    )
    learners = Word(
        LEARNERS, metadata={"description": "Whether `affected` is about `migrate` or `keep`.", "example": "migrate"}
    )
    affected = fields.List(
        fields.Nested(AffectedSchema),
        metadata={
            "description": "A page of the learners whose progress or completion would change, or to whom new "
            "conditions of lessons apply."
        },
    )
    as_of = Instant(
        allow_none=True,
        metadata={"description": "Progress up to this time is included; null if none has been counted yet."},
    )
