"""Schemas of a course's gradebook. Responses are built as plain values; a test checks that they match these schemas."""

from marshmallow import fields, validate

from learnstream.models import GradeKind
from learnstream.schemas.accounts.photo import PhotoSchema
from learnstream.schemas.authoring.grading import GradedLessonSchema
from learnstream.schemas.common.base import Line, Schema, Word
from learnstream.schemas.enrollment.group_filter import GroupFilterSchema
from learnstream.schemas.grades.gradebook import MAX_POINTS, CategoryCellSchema, GradeCellSchema, TotalSchema
from learnstream.web import cast
from learnstream.web.paging import CursorSchema
from learnstream.web.parsing import Integer

STATUSES = ("active", "completed", "expired", "withdrawn")
MOST_LEARNERS = 500


class GradebookQuerySchema(GroupFilterSchema):
    status = fields.String(
        validate=validate.OneOf(STATUSES),
        metadata={
            "description": "Only learners whose enrollment is `active` (open, and not completed), `completed`, `expired` or "
            "`withdrawn`."
        },
    )
    q = Line(
        min=0,
        max=100,
        load_default="",
        metadata={"description": "Beginnings of words of a name or an address; case and accents are ignored."},
    )


class GradebookPageSchema(CursorSchema):
    """The parameters of a part of a gradebook, which may be larger than that of other lists."""

    limit = Integer(load_default=50, validate=validate.Range(min=1, max=MOST_LEARNERS))


class GradebookRowSchema(TotalSchema):
    """A learner's grades in their version of the course, as staff see them."""

    user_id = fields.Integer(metadata={"description": "The learner's id.", "example": cast.LEARNER_ID})
    name = fields.String(metadata={"description": "Their name.", "example": cast.LEARNER["name"]})
    email = fields.String(metadata={"description": "Their address.", "example": cast.LEARNER["email"]})
    photo = fields.Nested(PhotoSchema, allow_none=True, metadata={"description": "Their photo; null without one."})
    status = Word(STATUSES, metadata={"description": "The enrollment's status.", "example": "active"})
    version = fields.Integer(metadata={"description": "The version of their enrollment.", "example": 2})
    held = fields.Integer(
        metadata={
            "description": "The number of grades that are held back from the learner, whose total does not contain them.",
            "example": 0,
        }
    )
    overridden = fields.Integer(metadata={"description": "The number of lessons whose points staff set.", "example": 0})
    categories = fields.List(
        fields.Nested(CategoryCellSchema), metadata={"description": "The categories, if the version has any."}
    )
    lessons = fields.List(
        fields.Nested(GradeCellSchema), metadata={"description": "The graded lessons of the version, in order."}
    )


class GradebookCategorySchema(Schema):
    id = fields.String(metadata={"description": "The category's id.", "example": "tests"})
    title = fields.String(metadata={"description": "Its title.", "example": "Tests"})
    weight = fields.Float(metadata={"description": "Its weight in the settings.", "example": 40})
    drop_lowest = fields.Integer(metadata={"description": "How many results are left out.", "example": 0})


class GradebookLessonSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson's id.", "example": cast.QUIZ_LESSON_ID})
    title = fields.String(metadata={"description": "Its title.", "example": cast.QUIZ_LESSON_TITLE})
    kind = Word(GradeKind, metadata={"description": "Its kind.", "example": "quiz"})
    max_points = fields.Float(metadata=MAX_POINTS)
    category_id = fields.String(allow_none=True, metadata=GradedLessonSchema().fields["category_id"].metadata)
    extra_credit = fields.Boolean(metadata=GradedLessonSchema().fields["extra_credit"].metadata)
    anonymous = fields.Boolean(metadata={"description": "Whether it is marked anonymously."})


class GradebookColumnsSchema(Schema):
    """The columns of a gradebook: those of the current version, then those that only older enrollments have."""

    categories = fields.List(fields.Nested(GradebookCategorySchema), metadata={"description": "The categories."})
    lessons = fields.List(fields.Nested(GradebookLessonSchema), metadata={"description": "The graded lessons."})
