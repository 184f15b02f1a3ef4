"""Request and response schemas of imports of people."""

from typing import Any

from marshmallow import fields

from learnstream.models.people_import import ImportState
from learnstream.schemas.common.base import Flag, Instant, ObjectIdText, Schema, Word
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of


def _count(description: str, example: int) -> fields.Integer:
    return fields.Integer(dump_default=0, metadata={"description": description, "example": example})


def _text(description: str, example: str, **metadata: Any) -> fields.String:
    return fields.String(metadata={"description": description, "example": example, **metadata})


class NewPeopleImportSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={
            "description": "The id of the caller's file with the purpose `import`.",
            "example": cast.PEOPLE_FILE_ID,
        },
    )
    dry_run = Flag(
        load_default=False,
        metadata={"description": "Whether to tell only what would change, and to change nothing.", "example": True},
    )


class PeopleImportCountsSchema(Schema):
    created = _count("Accounts that were created.", 0)
    updated = _count("Accounts that were changed.", 0)
    unchanged = _count("Accounts that were as their rows say.", 1)
    removed = _count("Always 0 for accounts.", 0)
    failed = _count("Rows that failed.", 1)


class RowErrorSchema(Schema):
    row = fields.Integer(
        metadata={"description": "The number of the row, as spreadsheet programs show it.", "example": 3}
    )
    column = _text("What is wrong: `name`, `email`, `role`, `group`, `external_id` or `phone`.", "email")
    value = _text("What the cell shows.", "tara@example")
    code = _text("A stable word.", "invalid_email")
    message = _text("A sentence for people.", "The part after the @-sign is not valid. It should have a period.")


class PeopleImportRefusalSchema(Schema):
    code = _text("A stable word.", "no_heading")
    message = _text(
        "A sentence for people.", "None of the first 10 rows has headings such as name, email and external_id."
    )


class PeopleImportSchema(Schema):
    id = fields.Integer(metadata={"description": "The import's id.", "example": cast.IMPORT_ID})
    file_id = ObjectIdText(metadata={"description": "The id of the file.", "example": cast.PEOPLE_FILE_ID})
    dry_run = fields.Boolean(metadata={"description": "Whether nothing is changed.", "example": True})
    state = Word(
        ImportState,
        metadata={
            "description": "`queued` and `running` until it ends as `done`, or as `failed` if the whole file could not be "
            "imported.",
            "example": "done",
        },
    )
    total = fields.Integer(
        allow_none=True, metadata={"description": "How many rows the file has; null until it was read.", "example": 2}
    )
    done = fields.Integer(metadata={"description": "How many rows have been imported or have failed.", "example": 2})
    counts = fields.Nested(PeopleImportCountsSchema, metadata={"description": "What became of these rows."})
    errors = fields.List(
        fields.Nested(RowErrorSchema),
        metadata={
            "description": "The errors of the rows that failed, up to 1,000. All other rows are imported.",
            "example": [example_of(RowErrorSchema())],
        },
    )
    refusal = fields.Nested(
        PeopleImportRefusalSchema,
        allow_none=True,
        metadata={"description": "Why the whole file could not be imported; else null.", "example": None},
    )
    created_at = Instant(metadata={"description": "When the import was requested."})
    finished_at = Instant(allow_none=True, metadata={"description": "When it ended; null until then."})
