"""Request and response schemas of subjects."""

from marshmallow import fields, validate

from learnstream.models.subject import MAX_CODE, MAX_NAME
from learnstream.schemas.common.base import Instant, Line, RowId, Schema, SomethingToChange, Text, Whole
from learnstream.web import cast

MAX_TEACHERS = 500
NAME = {"description": "The subject's name, which no other subject has.", "example": cast.SUBJECT_NAME}


class DescribedSubjectSchema(Schema):
    code = Line(
        max=MAX_CODE,
        allow_none=True,
        validate=Whole(
            "^[A-Za-z0-9][A-Za-z0-9._-]*$", error="Must consist of letters, digits, dots, underscores and hyphens."
        ),
        metadata={
            "description": "A short code for it, which no other subject has; null without one.",
            "example": cast.SUBJECT_CODE,
        },
    )
    description = Text(max=5000, metadata={"description": "What it is about.", "example": "Matter, motion and energy."})


class NewSubjectSchema(DescribedSubjectSchema):
    name = Line(max=MAX_NAME, required=True, metadata=NAME)


class SubjectPatchSchema(DescribedSubjectSchema, SomethingToChange):
    name = Line(max=MAX_NAME, metadata=NAME)


class SubjectTeachersSchema(Schema):
    teacher_ids = fields.List(
        RowId(),
        required=True,
        validate=validate.Length(max=MAX_TEACHERS),
        metadata={
            "description": "The ids of all its teachers, who must be active instructors or administrators.",
            "example": [cast.INSTRUCTOR["id"]],
        },
    )


class SubjectSchema(DescribedSubjectSchema):
    """A subject as everybody sees it."""

    id = fields.Integer(metadata={"description": "The subject's id.", "example": cast.SUBJECT_ID})
    name = fields.String(metadata=NAME)


class AdministeredSubjectSchema(SubjectSchema):
    """A subject as administrators see it."""

    teacher_ids = fields.List(
        fields.Integer(),
        metadata={
            "description": "The ids of its teachers, who are staff of its courses.",
            "example": [cast.INSTRUCTOR["id"]],
        },
    )
    created_at = Instant(metadata={"description": "When it was created."})
    updated_at = Instant(metadata={"description": "When it last changed."})
