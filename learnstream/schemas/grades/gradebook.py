"""Schemas of grades and totals. Responses are built as plain values; a test checks that they match these schemas."""

from marshmallow import fields

from learnstream.models import GradeKind, SeatStatus
from learnstream.schemas.authoring.grading import GradedLessonSchema
from learnstream.schemas.common.base import Instant, Schema, Word
from learnstream.schemas.enrollment.enrollment import CourseCardSchema
from learnstream.web import cast

PARTS = (
    "counted",
    "missing",
    "extra_credit",
    "dropped",
    "excused",
    "held",
    "ungraded",
    "outside",
    "worthless",
)
POINTS = {"description": "The points; null for none, and for those that are not shown.", "example": 8}
MAX_POINTS = {"description": "Of how many points they are.", "example": 10}


class TotalSchema(Schema):
    """What a learner has reached in a course."""

    percent = fields.Float(
        allow_none=True,
        metadata={"description": "The total in percent, rounded half up; null while nothing counts.", "example": 87.5},
    )
    label = fields.String(
        allow_none=True, metadata={"description": "Its label; null below the course's scale.", "example": "B"}
    )
    passed = fields.Boolean(
        allow_none=True, metadata={"description": "Whether it passes the course; null while nothing counts."}
    )
    marked = fields.Integer(
        metadata={"description": "The number of lessons with a grade that is shown, or an excuse.", "example": 2}
    )
    lesson_count = fields.Integer(metadata={"description": "The number of graded lessons.", "example": 3})


class GradeCellSchema(Schema):
    lesson_id = fields.String(metadata={"description": "The lesson's id.", "example": cast.QUIZ_LESSON_ID})
    part = Word(
        PARTS,
        metadata={
            "description": "What it contributes to the total: it is `counted`, as `extra_credit` without its maximum, or as 0 "
            "because it is `missing`; or nothing, because it was `dropped`, is `excused`, `held` (not shown), `ungraded`, "
            "`outside` of all categories, or `worthless` (without points to earn).",
            "example": "counted",
        },
    )
    points = fields.Float(allow_none=True, metadata=POINTS)
    max_points = fields.Float(metadata=MAX_POINTS)
    handed_in = fields.Boolean(metadata={"description": "Whether the learner has handed in something."})
    awaiting = fields.Boolean(metadata={"description": "Whether some of it awaits marking."})
    overridden = fields.Boolean(metadata={"description": "Whether the course's staff set the points."})
    held = fields.Boolean(metadata={"description": "Whether it is held back from the learner."})
    anonymous = fields.Boolean(
        metadata={"description": "Whether it is hidden from staff because it is marked anonymously."}
    )


class CategoryCellSchema(Schema):
    id = fields.String(metadata={"description": "The category's id.", "example": "tests"})
    points = fields.Float(metadata={"description": "The sum of the points that count.", "example": 8})
    max_points = fields.Float(metadata={"description": "The sum of their maxima.", "example": 10})
    percent = fields.Float(
        allow_none=True,
        metadata={"description": "Both in percent, rounded half up; null while nothing counts.", "example": 80},
    )
    weight_percent = fields.Float(
        metadata={
            "description": "Its share of the total in percent. Categories in which nothing counts have none.",
            "example": 40,
        }
    )


class LatenessSchema(Schema):
    seconds = fields.Integer(metadata={"description": "By how many seconds it was late.", "example": 3600})
    percent = fields.Float(metadata={"description": "What that took, in percent.", "example": 10})
    points = fields.Float(allow_none=True, metadata={"description": "The points before.", "example": 9})


class LessonGradeSchema(GradeCellSchema):
    title = fields.String(metadata={"description": "The lesson's title.", "example": cast.QUIZ_LESSON_TITLE})
    kind = Word(GradeKind, metadata={"description": "The lesson's kind.", "example": "quiz"})
    percent = fields.Float(
        allow_none=True, metadata={"description": "The points in percent, rounded half up.", "example": 80}
    )
    category_id = fields.String(allow_none=True, metadata=GradedLessonSchema().fields["category_id"].metadata)
    extra_credit = fields.Boolean(metadata=GradedLessonSchema().fields["extra_credit"].metadata)
    deadline_at = Instant(
        allow_none=True,
        metadata={"description": "When homework is due, or the quiz closes, for the learner; null for never."},
    )
    late = fields.Nested(
        LatenessSchema, allow_none=True, metadata={"description": "How late it was handed in; null if it was not."}
    )
    explanation = fields.String(
        metadata={"description": "What it contributes, in words.", "example": "8 of 10 points count."}
    )


class CategoryGradeSchema(CategoryCellSchema):
    title = fields.String(metadata={"description": "Its title.", "example": "Tests"})
    weight = fields.Float(metadata={"description": "Its weight in the settings.", "example": 40})
    drop_lowest = fields.Integer(metadata={"description": "How many results are left out.", "example": 0})
    explanation = fields.String(
        metadata={
            "description": "Its sums, in words.",
            "example": "Tests: 8 of 10 points are 80%, with 40% of the weight.",
        }
    )


class CourseGradesSchema(TotalSchema):
    """A learner's grades in a course, and how the total follows from them."""

    course_id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    version = fields.Integer(metadata={"description": "The version of the learner's enrollment.", "example": 2})
    pass_percent = fields.Float(metadata={"description": "The total that passes, in percent.", "example": 60})
    explanation = fields.List(
        fields.String(), metadata={"description": "How the total follows, in sentences, for people to read."}
    )
    categories = fields.List(
        fields.Nested(CategoryGradeSchema), metadata={"description": "The categories, if the course has any."}
    )
    lessons = fields.List(fields.Nested(LessonGradeSchema), metadata={"description": "The graded lessons, in order."})


class MyGradesSchema(TotalSchema):
    course_id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    course = fields.Nested(
        CourseCardSchema,
        allow_none=True,
        metadata={"description": "The course in its current version; null while its store is unavailable."},
    )
    version = fields.Integer(metadata={"description": "The version of the enrollment.", "example": 2})
    status = Word(SeatStatus, metadata={"description": "The enrollment's status.", "example": "active"})
