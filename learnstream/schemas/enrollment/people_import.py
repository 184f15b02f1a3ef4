"""Request and response schemas of imports of people."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from learnstream.models.people_import import ImportKind, ImportMode, ImportState
from learnstream.schemas.common.base import Choice, Flag, Instant, ObjectIdText, RowId, Schema, Word
from learnstream.schemas.common.imports import (
    count_field,
    dry_run_field,
    dry_run_flag,
    refusal_field,
    state_field,
    text_field,
    total_field,
)
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of


class NewPeopleImportSchema(Schema):
    file_id = ObjectIdText(
        required=True,
        metadata={
            "description": "The id of the caller's file with the purpose `import`.",
            "example": cast.PEOPLE_FILE_ID,
        },
    )
    kind = Choice(
        ImportKind,
        load_default=ImportKind.USERS,
        metadata={
            "description": "`users`: accounts, whom `group` puts into the groups of these codes or names. `group_members`: they "
            "become members of the group `group_id` as well.",
            "example": "users",
        },
    )
    group_id = RowId(metadata={"description": "The group, for `group_members`.", "example": cast.GROUP_ID})
    mode = Choice(
        ImportMode,
        load_default=ImportMode.ADD,
        metadata={
            "description": "`add`: nobody leaves the group. `sync`: members whom no row is about leave it; refused if these are "
            "more than half of them, unless `force` is set.",
            "example": "add",
        },
    )
    force = Flag(
        load_default=False,
        metadata={"description": "Whether `sync` may remove more than half of the members.", "example": False},
    )
    dry_run = dry_run_flag()
    invite = Flag(
        load_default=False,
        metadata={
            "description": "Whether to invite the students of the file whom an import created, who have no password, and who "
            "have never been invited: the invitation sets the password.",
            "example": True,
        },
    )

    @validates_schema
    def require_group(self, data: dict[str, Any], **_: Any) -> None:
        for_group = data["kind"] is ImportKind.GROUP_MEMBERS
        if for_group != ("group_id" in data):
            raise ValidationError({"group_id": ["Required for `group_members`, and not allowed for `users`."]})
        if not for_group and data["mode"] is ImportMode.SYNC:
            raise ValidationError({"mode": ["Only members of a group can be synchronized."]})
        if data["force"] and data["mode"] is not ImportMode.SYNC:
            raise ValidationError({"force": ["Only for the mode `sync`."]})


class PeopleImportCountsSchema(Schema):
    created = count_field("Accounts that were created.", 0)
    updated = count_field("Accounts that were changed, or joined a group.", 0)
    unchanged = count_field("Accounts that were as their rows say.", 1)
    removed = count_field("Members whom no row is about, and who left the group.", 0)
    failed = count_field("Rows that failed.", 1)
    invited = count_field("Students who were invited.", 1)


class RowErrorSchema(Schema):
    row = fields.Integer(
        metadata={"description": "The number of the row, as spreadsheet programs show it.", "example": 3}
    )
    column = text_field("What is wrong: `name`, `email`, `role`, `group`, `external_id` or `phone`.", "email")
    value = text_field("What the cell shows.", "tara@example")
    code = text_field("A stable word.", "invalid_email")
    message = text_field("A sentence for people.", "The part after the @-sign is not valid. It should have a period.")


class PeopleTableSchema(Schema):
    sheet = text_field("The worksheet that was read; null for CSV.", "Class 7B", allow_none=True)
    encoding = text_field(
        "What the text of a CSV file was taken for, such as `utf-8` or `cp1251`; null for XLSX.", None, allow_none=True
    )
    delimiter = text_field("What separates the cells of a CSV file; null for XLSX.", None, allow_none=True)
    heading_row = fields.Integer(metadata={"description": "The row with the headings.", "example": 1})
    columns = fields.List(
        fields.String(),
        metadata={"description": "What its columns mean, in their order.", "example": ["name", "email", "external_id"]},
    )
    ignored = fields.List(
        fields.String(),
        metadata={"description": "Headings of the columns that are ignored.", "example": ["Date of birth"]},
    )
    sample = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={
            "description": "The cells of the first rows as they were read: check that names with accents are right.",
            "example": [{"name": cast.LEARNER["name"], "email": cast.LEARNER["email"], "external_id": "007"}],
        },
    )


class PeopleImportRefusalSchema(Schema):
    code = text_field("A stable word.", "no_heading")
    message = text_field(
        "A sentence for people.", "None of the first 10 rows has headings such as name, email and external_id."
    )


class PeopleImportFilterSchema(Schema):
    state = Choice(ImportState, metadata={"description": "Only imports in this state."})


class PeopleImportSummarySchema(Schema):
    id = fields.Integer(metadata={"description": "The import's id.", "example": cast.IMPORT_ID})
    file_id = ObjectIdText(metadata={"description": "The id of the file.", "example": cast.PEOPLE_FILE_ID})
    kind = Word(ImportKind, metadata={"description": "What is imported.", "example": "users"})
    group_id = fields.Integer(
        allow_none=True,
        metadata={"description": "The group whose members are imported, while it exists; else null.", "example": None},
    )
    mode = Word(ImportMode, metadata={"description": "Whether members who are missing leave.", "example": "add"})
    force = fields.Boolean(metadata={"description": "Whether more than half may leave.", "example": False})
    dry_run = dry_run_field()
    invite = fields.Boolean(metadata={"description": "Whether people are invited.", "example": True})
    state = state_field()
    total = total_field("rows", 2)
    done = fields.Integer(metadata={"description": "How many rows have been imported or have failed.", "example": 2})
    counts = fields.Nested(PeopleImportCountsSchema, metadata={"description": "What became of these rows."})
    refusal = refusal_field(PeopleImportRefusalSchema)
    created_at = Instant(metadata={"description": "When the import was requested."})
    finished_at = Instant(allow_none=True, metadata={"description": "When it ended; null until then."})


class PeopleImportSchema(PeopleImportSummarySchema):
    errors = fields.List(
        fields.Nested(RowErrorSchema),
        metadata={
            "description": "The errors of the rows that failed, up to 1,000. All other rows are imported.",
            "example": [example_of(RowErrorSchema())],
        },
    )
    table = fields.Nested(
        PeopleTableSchema,
        allow_none=True,
        metadata={
            "description": "How the file was read; null until it was.",
            "example": example_of(PeopleTableSchema()),
        },
    )
