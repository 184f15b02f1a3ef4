"""Request and response schemas of imports of grades."""

from marshmallow import fields

from learnstream.schemas.common.base import Instant, ObjectIdText, Schema
from learnstream.schemas.common.imports import (
    count_field,
    done_field,
    dry_run_field,
    dry_run_flag,
    refusal_field,
    state_field,
    text_field,
    total_field,
)
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of


class NewGradeImportSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={
            "description": "The id of the caller's file with the purpose `grades`.",
            "example": cast.GRADES_FILE_ID,
        },
    )
    dry_run = dry_run_flag()


class GradeImportCountsSchema(Schema):
    graded = count_field("Submissions that got their first grade.", 1)
    changed = count_field("Submissions that got another grade.", 0)
    unchanged = count_field("Submissions whose grade is the one in the file.", 0)
    skipped = count_field("Rows without a grade.", 0)
    failed = count_field("Rows that were not imported.", 1)


class GradeImportErrorSchema(Schema):
    place = fields.Integer(metadata={"description": "The row, from 1.", "example": 9})
    column = text_field("The column; null if the whole row is meant.", "points", allow_none=True)
    value = text_field("The value of the cell.", "11")
    code = text_field("A stable word.", "too_many_points")
    message = text_field("A sentence for people.", "Must be at most 10.")


class GradeImportRefusalSchema(Schema):
    code = text_field("A stable word.", "no_heading")
    message = text_field(
        "A sentence for people.",
        "None of the first 10 rows has the headings submission_id or user_id, and points or levels.",
    )


class GradeImportSummarySchema(Schema):
    id = fields.Integer(metadata={"description": "The import's id.", "example": cast.GRADE_IMPORT_ID})
    lesson_id = fields.String(metadata={"description": "The lesson's id.", "example": cast.ASSIGNMENT_LESSON_ID})
    file_id = fields.String(metadata={"description": "The id of the file.", "example": cast.GRADES_FILE_ID})
    dry_run = dry_run_field()
    state = state_field()
    total = total_field("rows", 2)
    done = done_field(2)
    counts = fields.Nested(GradeImportCountsSchema, metadata={"description": "What became of these rows."})
    refusal = refusal_field(GradeImportRefusalSchema)
    created_by = fields.Integer(metadata={"description": "Who requested it.", "example": cast.INSTRUCTOR["id"]})
    created_at = Instant(metadata={"description": "When the import was requested."})
    finished_at = Instant(allow_none=True, metadata={"description": "When it ended; null until then."})


class GradeImportSchema(GradeImportSummarySchema):
    errors = fields.List(
        fields.Nested(GradeImportErrorSchema),
        metadata={
            "description": "Why rows were not imported, up to 1,000. All others are imported.",
            "example": [example_of(GradeImportErrorSchema())],
        },
    )
