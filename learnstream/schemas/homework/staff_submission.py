"""Schemas of a submission as the staff see it."""

from marshmallow import fields

from learnstream.documents.submission import SubmissionCause
from learnstream.schemas.authoring.assignment import RubricCriterionSchema
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema, Word
from learnstream.schemas.homework.staff_list import StaffListedSubmissionSchema
from learnstream.web import cast

LEVELS = {"description": "The level of each criterion, by their ids; or null.", "example": {"facts": "all"}}
COMMENT = {"description": "What the marker says to the learner.", "example": "Well observed."}
PRIVATE_NOTE = {"description": "A note that only staff see.", "example": "Compare with last year."}


class HandedInFileSchema(Schema):
    file_id = ObjectIdText(metadata={"description": "The file's id.", "example": cast.DOCUMENT_ID})
    name = fields.String(
        metadata={"description": "Its name; while the submission is anonymous, another one.", "example": "Moon.pdf"}
    )
    size = fields.Integer(metadata={"description": "Its size in bytes.", "example": 482_113})
    type = fields.String(metadata={"description": "Its content type.", "example": "application/pdf"})


class GradeSchema(Schema):
    points = fields.Float(metadata={"description": "The points, before lateness.", "example": 8.5})
    max_points = fields.Float(metadata={"description": "The points that could be reached.", "example": 10.0})
    levels = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True, metadata=LEVELS)
    comment = fields.String(metadata=COMMENT)
    private_note = fields.String(metadata=PRIVATE_NOTE)
    by = fields.Integer(metadata={"description": "The user who gave it.", "example": cast.INSTRUCTOR["id"]})
    at = Instant(metadata={"description": "When it was given."})
    revision = fields.Integer(metadata={"description": "Counts the grades of the submission.", "example": 1})


class ResultChangeSchema(Schema):
    """A change of a submission's result, and the result before it."""

    cause = Word(SubmissionCause, metadata={"description": "What changed.", "example": "graded"})
    by = fields.Integer(
        allow_none=True,
        metadata={"description": "The user who changed it; null: the server.", "example": cast.INSTRUCTOR["id"]},
    )
    at = Instant(metadata={"description": "When it was changed."})
    reason = fields.String(allow_none=True, metadata={"description": "Why; or null.", "example": None})
    grade = fields.Nested(GradeSchema, allow_none=True, metadata={"description": "The grade before; or null."})
    late_seconds = fields.Integer(metadata={"description": "How much later than due it was before.", "example": 0})
    penalty = fields.Float(metadata={"description": "The percentage that lateness took before.", "example": 0.0})


class StaffSubmissionSchema(StaffListedSubmissionSchema):
    text = fields.String(allow_none=True, metadata={"description": "The text; or null.", "example": "It waxes."})
    url = fields.String(allow_none=True, metadata={"description": "The URL; or null.", "example": None})
    files = fields.List(fields.Nested(HandedInFileSchema), metadata={"description": "The files."})
    digest = fields.String(
        allow_none=True,
        metadata={"description": "The digest of the content, which the learner has as well.", "example": "5f3c9a1e"},
    )
    rubric = fields.List(
        fields.Nested(RubricCriterionSchema),
        metadata={"description": "The criteria under which it was handed in, by which it is graded; empty for none."},
    )
    grade = fields.Nested(GradeSchema, allow_none=True, metadata={"description": "The grade; null without one."})
    return_comment = fields.String(
        allow_none=True, metadata={"description": "Why it was returned; or null.", "example": None}
    )
    history = fields.List(
        fields.Nested(ResultChangeSchema), metadata={"description": "The changes of the result, the first one first."}
    )
    submissions = fields.List(
        fields.Nested(StaffListedSubmissionSchema),
        metadata={"description": "All submissions of this learner in the lesson, the first one first."},
    )
