"""Request and response schemas of programs."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.models.program import MAX_TITLE
from learnstream.schemas.common.base import (
    Flag,
    Instant,
    Line,
    ObjectIdText,
    Schema,
    SomethingToChange,
    Text,
)
from learnstream.schemas.common.fields import Cover
from learnstream.schemas.enrollment.enrollment import CourseCardSchema
from learnstream.web import cast

MAX_COURSES = 100
TITLE = {"description": "The program's title.", "example": cast.PROGRAM_TITLE}
SEQUENTIAL = {
    "description": "Whether a course opens only to who has completed the one before. A course that is open stays open.",
    "example": True,
}
PUBLISHED = {"description": "Whether everybody sees it, and learners can be enrolled in it.", "example": True}


class DescribedProgramSchema(Schema):
    description = Text(max=5000, metadata={"description": "What it is for.", "example": "From the moon to Mars."})
    cover = Cover()


class WrittenProgramSchema(DescribedProgramSchema):
    sequential = Flag(metadata=SEQUENTIAL)
    published = Flag(metadata=PUBLISHED)
    course_ids = fields.List(
        ObjectIdText(),
        validate=validate.Length(max=MAX_COURSES),
        metadata={"description": "The ids of all its courses, in their order.", "example": [cast.COURSE_ID]},
    )

    @ma.validates("course_ids")
    def require_distinct(self, value: list[str], **_: Any) -> None:
        if len({*value}) < len(value):
            raise ma.ValidationError("Must not name a course twice.")


class NewProgramSchema(WrittenProgramSchema):
    title = Line(max=MAX_TITLE, required=True, metadata=TITLE)


class ProgramPatchSchema(WrittenProgramSchema, SomethingToChange):
    title = Line(max=MAX_TITLE, metadata=TITLE)


class ProgramEntrySchema(DescribedProgramSchema):
    """A program in lists."""

    id = fields.Integer(metadata={"description": "The program's id.", "example": cast.PROGRAM_ID})
    title = fields.String(metadata=TITLE)
    sequential = fields.Boolean(metadata=SEQUENTIAL)
    course_ids = fields.List(
        fields.String(),
        metadata={"description": "The ids of its courses, in their order.", "example": [cast.COURSE_ID]},
    )


class AdministeredProgramSchema(ProgramEntrySchema):
    """A program as administrators see it."""

    published = fields.Boolean(metadata=PUBLISHED)
    created_at = Instant(metadata={"description": "When it was created."})
    updated_at = Instant(metadata={"description": "When it last changed."})


class ProgramCardSchema(CourseCardSchema):
    id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})


class ProgramSchema(DescribedProgramSchema):
    """A program with its published courses, as everybody sees it."""

    id = fields.Integer(metadata={"description": "The program's id.", "example": cast.PROGRAM_ID})
    title = fields.String(metadata=TITLE)
    sequential = fields.Boolean(metadata=SEQUENTIAL)
    courses = fields.List(
        fields.Nested(ProgramCardSchema), metadata={"description": "Its published courses, in their order."}
    )


class ProgramMemberSchema(Schema):
    user_id = fields.Integer(metadata={"description": "The user's id.", "example": cast.LEARNER_ID})
    name = fields.String(metadata={"description": "The user's name.", "example": cast.LEARNER["name"]})
    email = fields.String(metadata={"description": "The user's address.", "example": cast.LEARNER["email"]})
    enrolled_at = Instant(metadata={"description": "When they were enrolled in the program."})
