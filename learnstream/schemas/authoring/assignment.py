"""Schemas of assignments: their settings, and what lessons show of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents.assignment import MAX_BYTES, HandIn, Per, Release, Resubmit
from learnstream.schemas.authoring.outline import MomentSchema
from learnstream.schemas.common.base import Flag, Line, ObjectIdText, Schema, Text
from learnstream.schemas.common.decimals import Exact
from learnstream.schemas.common.fields import PartId
from learnstream.web import cast

MAX_POINTS = 10_000
MAX_ATTACHMENTS = 20
MAX_FILES = 20
MAX_CRITERIA, MIN_LEVELS, MAX_LEVELS = 20, 2, 10
MAX_INSTRUCTIONS = 20_000
MAX_SUBMISSIONS = 1000
MAX_TYPES = 50
DEFAULT_LENGTH, MAX_LENGTH = 20_000, 100_000
# Absent limits, as in the store.
NO_LIMIT: dict[str, Any] = {"allow_none": True, "load_default": None}


class DueSchema(MomentSchema):
    """A deadline: an instant, or a number of days after a learner enrolled."""


class LateSchema(Schema):
    """The deduction for handing in late."""

    percent = Exact(
        required=True,
        validate=validate.Range(min=0, max=100, min_inclusive=False),
        metadata={"description": "The percentage of the points earned that each begun period takes.", "example": 10},
    )
    per = fields.String(
        required=True, validate=validate.OneOf([*Per]), metadata={"description": "The period.", "example": "day"}
    )
    floor_percent = Exact(
        load_default=Decimal,
        validate=validate.Range(min=0, max=100),
        metadata={"description": "The percentage of the points earned that remains at least.", "example": 50},
    )


class RubricLevelSchema(Schema):
    id = PartId(
        metadata={"description": "Its id in the criterion; the next free number if absent.", "example": "complete"}
    )
    title = Line(max=200, required=True, metadata={"description": "The level.", "example": "Complete"})
    points = Exact(
        required=True,
        validate=validate.Range(min=0, max=MAX_POINTS),
        metadata={"description": "The points it is worth.", "example": 6},
    )


class RubricCriterionSchema(Schema):
    id = PartId(
        metadata={"description": "Its id in the rubric; the next free number if absent.", "example": "observation"}
    )
    title = Line(max=200, required=True, metadata={"description": "The criterion.", "example": "Observation"})
    description = Text(
        max=2000, load_default="", metadata={"description": "What it is about, in Markdown.", "example": ""}
    )
    levels = fields.List(
        fields.Nested(RubricLevelSchema),
        required=True,
        validate=validate.Length(min=MIN_LEVELS, max=MAX_LEVELS),
        metadata={"description": "The levels, in the order in which they are shown."},
    )


class AssignmentRulesSchema(Schema):
    """What outlines show of an assignment."""

    points = Exact(
        required=True,
        validate=validate.Range(min=0, max=MAX_POINTS, min_inclusive=False),
        metadata={"description": "The points that can be reached, with up to four decimal places.", "example": 10},
    )
    due = fields.Nested(
        DueSchema, **NO_LIMIT, metadata={"description": "When it is due; what comes later is late. Null for never."}
    )
    accepted_until = fields.Nested(
        DueSchema, **NO_LIMIT, metadata={"description": "When submissions end, not before `due`; null for never."}
    )
    late = fields.Nested(
        LateSchema, **NO_LIMIT, metadata={"description": "The deduction for handing in after `due`; null for none."}
    )
    kinds = fields.List(
        fields.String(validate=validate.OneOf([*HandIn])),
        load_default=lambda: [*map(str, HandIn)],
        validate=validate.Length(min=1, max=len(HandIn)),
        metadata={"description": "What can be handed in: `text`, `files`, `url`.", "example": ["text", "files"]},
    )
    max_files = fields.Integer(
        strict=True,
        load_default=5,
        validate=validate.Range(min=1, max=MAX_FILES),
        metadata={"description": "The number of files in a submission.", "example": 5},
    )
    max_bytes = fields.Integer(
        strict=True,
        load_default=MAX_BYTES,
        validate=validate.Range(min=1, max=MAX_BYTES),
        metadata={"description": "The size of each file in bytes.", "example": 10_000_000},
    )
    types = fields.List(
        Line(max=255),
        validate=validate.Length(min=1, max=MAX_TYPES),
        metadata={"description": "The content types of files; all by default.", "example": ["application/pdf"]},
    )
    max_length = fields.Integer(
        strict=True,
        load_default=DEFAULT_LENGTH,
        validate=validate.Range(min=1, max=MAX_LENGTH),
        metadata={"description": "The length of a text in characters.", "example": DEFAULT_LENGTH},
    )
    attempts_allowed = fields.Integer(
        strict=True,
        **NO_LIMIT,
        validate=validate.Range(min=1, max=MAX_SUBMISSIONS),
        metadata={"description": "How often a learner can hand in; null for no limit.", "example": 3},
    )
    resubmit = fields.String(
        validate=validate.OneOf([*Resubmit]),
        load_default=Resubmit.UNTIL_GRADED.value,
        metadata={
            "description": "Until when a learner can hand in again: `until_due`, `until_graded`, `until_closed` (as long "
            "as submissions are accepted), or `when_returned`: only after the staff has returned the last submission.",
            "example": "until_graded",
        },
    )
    anonymous = Flag(
        load_default=False,
        metadata={"description": "Whether the staff sees no names until grades are released."},
    )
    release = fields.String(
        validate=validate.OneOf([*Release]),
        load_default=Release.AT_ONCE.value,
        metadata={
            "description": "When learners see their grades: `at_once`, or `held` until the staff releases them.",
            "example": "at_once",
        },
    )
    pass_fraction = Exact(
        load_default=lambda: Decimal("0.5"),
        validate=validate.Range(min=0, max=1),
        metadata={"description": "The share of the points with which it is passed, 0.5 by default.", "example": 0.5},
    )


INSTRUCTIONS = {"description": "What is to be done: Markdown source, stored unchanged.", "example": "Draw the moon."}
RUBRIC = {"description": "The criteria by which it is marked, in order; empty for none."}


class AssignmentSettingsSchema(AssignmentRulesSchema):
    instructions = Text(max=MAX_INSTRUCTIONS, load_default="", metadata=INSTRUCTIONS)
    attachments = fields.List(
        ObjectIdText(),
        load_default=list,
        validate=validate.Length(max=MAX_ATTACHMENTS),
        metadata={
            "description": "Files with the purpose `attachment` that readers of the lesson may read.",
            "example": [cast.ATTACHMENT_ID],
        },
    )
    rubric = fields.List(
        fields.Nested(RubricCriterionSchema),
        load_default=list,
        validate=validate.Length(max=MAX_CRITERIA),
        metadata=RUBRIC,
    )


class AssignmentInputSchema(AssignmentSettingsSchema):
    """The settings of an assignment."""

    @ma.validates_schema
    def require_due(self, data: dict[str, Any], **_: Any) -> None:
        if data["due"] is None and data["late"] is not None:
            raise ma.ValidationError({"late": ["Needs `due`."]})
        if data["due"] is None and data["resubmit"] == Resubmit.UNTIL_DUE:
            raise ma.ValidationError({"resubmit": ["`until_due` needs `due`."]})

    @ma.validates_schema
    def require_distinct(self, data: dict[str, Any], **_: Any) -> None:
        for name in ("attachments", "kinds"):
            if len(set(data[name])) < len(data[name]):
                raise ma.ValidationError({name: ["Must not contain an entry twice."]})

    @ma.validates_schema
    def require_distinct_ids(self, data: dict[str, Any], **_: Any) -> None:
        errors = _repeated(data["rubric"])
        for place, criterion in enumerate(data["rubric"]):
            if levels := _repeated(criterion["levels"]):
                errors.setdefault(place, {})["levels"] = levels
        if errors:
            raise ma.ValidationError({"rubric": errors})

    @ma.validates_schema
    def require_sum(self, data: dict[str, Any], **_: Any) -> None:
        best = sum(max(level["points"] for level in criterion["levels"]) for criterion in data["rubric"])
        if data["rubric"] and best != data["points"]:
            message = f"The best levels of all criteria must be worth `points` together, not {best:f}."
            raise ma.ValidationError({"rubric": [message]})


def _repeated(parts: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Return errors for the parts that have the id of another one, by place."""
    # Headings of spreadsheets are read in lower case.
    ids = [part.get("id", "").lower() for part in parts]
    counts = Counter(ids)
    return {
        place: {"id": ["Must not be the same as another one."]}
        for place, each in enumerate(ids)
        if each and counts[each] > 1
    }


class AssignmentSchema(AssignmentSettingsSchema):
    """The assignment of a lesson's draft."""

    lesson_id = fields.String(metadata={"description": "The lesson's id."})


class LessonAssignmentSchema(AssignmentRulesSchema):
    """What outlines show of an assignment."""


class AttachmentSchema(Schema):
    id = fields.String(metadata={"description": "The file's id.", "example": cast.ATTACHMENT_ID})
    name = fields.String(metadata={"description": "The file's name.", "example": cast.ATTACHMENT_NAME})
    size = fields.Integer(metadata={"description": "The size in bytes.", "example": cast.ATTACHMENT_SIZE})
    type = fields.String(allow_none=True, metadata={"description": "The content type.", "example": "application/pdf"})


class WholeAssignmentSchema(LessonAssignmentSchema):
    """An assignment as readers of its lesson see it."""

    instructions = fields.String(metadata=INSTRUCTIONS)
    attachments = fields.List(
        fields.Nested(AttachmentSchema),
        metadata={"description": "The files of the instructions; read them at `GET /files/{id}/content`."},
    )
    rubric = fields.List(fields.Nested(RubricCriterionSchema), metadata=RUBRIC)
