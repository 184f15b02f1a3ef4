"""Request and response schemas of imports and exports of questions."""

from marshmallow import fields

from learnstream.models.question_import import QuestionFormat
from learnstream.schemas.common.base import Choice, Instant, ObjectIdText, Schema, Word
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

FORMAT = "`csv` and `xlsx`: a table with one question a row · `gift`: Moodle's text format."


class NewQuestionImportSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={
            "description": "The id of the caller's file with the purpose `questions`.",
            "example": cast.QUESTIONS_FILE_ID,
        },
    )
    source = Choice(
        QuestionFormat,
        data_key="format",
        metadata={"description": f"The file's format, if its type does not tell. {FORMAT}", "example": "gift"},
    )
    dry_run = dry_run_flag()


class QuestionImportCountsSchema(Schema):
    created = count_field("Questions that were created.", 1)
    updated = count_field("Questions that were changed: they have a new version.", 0)
    unchanged = count_field("Questions that were as the file has them.", 0)
    failed = count_field("Questions that were not imported.", 1)


class ImportRemarkSchema(Schema):
    place = fields.Integer(metadata={"description": "The row of a table, or the line of a text; from 1.", "example": 9})
    column = text_field("The column of a table; null for other formats.", None, allow_none=True)
    value = text_field("What stands there.", "%70%Mars")
    code = text_field("A stable word.", "unequal_weights")
    message = text_field(
        "A sentence for people.", "The weights of the right options must be equal, and add up to 100 %."
    )


class QuestionImportRefusalSchema(Schema):
    code = text_field("A stable word.", "unknown_encoding")
    message = text_field("A sentence for people.", "The text is not UTF-8. Save the file as UTF-8.")


class QuestionImportSummarySchema(Schema):
    id = fields.Integer(metadata={"description": "The import's id.", "example": cast.QUESTION_IMPORT_ID})
    course_id = fields.String(metadata={"description": "The course's id.", "example": cast.COURSE_ID})
    file_id = fields.String(metadata={"description": "The id of the file.", "example": cast.QUESTIONS_FILE_ID})
    format = Word(
        QuestionFormat,
        allow_none=True,
        metadata={"description": f"The file's format; null until it was read. {FORMAT}", "example": "gift"},
    )
    dry_run = dry_run_field()
    state = state_field()
    total = total_field("questions", 2)
    done = done_field(2)
    counts = fields.Nested(QuestionImportCountsSchema, metadata={"description": "What became of these questions."})
    refusal = refusal_field(QuestionImportRefusalSchema)
    created_by = fields.Integer(metadata={"description": "Who requested it.", "example": cast.INSTRUCTOR["id"]})
    created_at = Instant(metadata={"description": "When the import was requested."})
    finished_at = Instant(allow_none=True, metadata={"description": "When it ended; null until then."})


class QuestionImportSchema(QuestionImportSummarySchema):
    errors = fields.List(
        fields.Nested(ImportRemarkSchema),
        metadata={
            "description": "Why questions were not imported, up to 1,000. All others are imported.",
            "example": [example_of(ImportRemarkSchema())],
        },
    )
    warnings = fields.List(
        fields.Nested(ImportRemarkSchema),
        metadata={
            "description": "What was taken otherwise than the file has it, up to 1,000.",
            "example": [],
        },
    )
