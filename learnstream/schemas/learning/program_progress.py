"""Schemas of learners' progress in programs."""

from marshmallow import fields

from learnstream.schemas.common.base import Schema
from learnstream.schemas.enrollment.enrollment import CourseCardSchema
from learnstream.schemas.enrollment.program import SEQUENTIAL, TITLE, DescribedProgramSchema
from learnstream.schemas.learning.course_progress import CARD
from learnstream.web import cast


class StageSchema(Schema):
    """A course of a program, as a learner of the program sees it."""

    course_id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    course = fields.Nested(CourseCardSchema, allow_none=True, metadata=CARD)
    open = fields.Boolean(metadata={"description": "Whether the course is open to the learner now.", "example": True})
    completed = fields.Boolean(metadata={"description": "Whether they have completed it.", "example": False})
    fraction = fields.Float(metadata={"description": "From 0 to 1: their progress in it.", "example": 0.375})


class ProgramProgressSchema(DescribedProgramSchema):
    id = fields.Integer(metadata={"description": "The program's id.", "example": cast.PROGRAM_ID})
    title = fields.String(metadata=TITLE)
    sequential = fields.Boolean(metadata=SEQUENTIAL)
    fraction = fields.Float(
        metadata={"description": "From 0 to 1: the mean of its courses' fractions.", "example": 0.375}
    )
    completed_courses = fields.Integer(metadata={"description": "How many courses are completed.", "example": 0})
    course_count = fields.Integer(metadata={"description": "How many courses it has.", "example": 1})
    courses = fields.List(fields.Nested(StageSchema), metadata={"description": "Its courses, in their order."})
