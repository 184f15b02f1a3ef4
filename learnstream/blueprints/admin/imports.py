"""Imports of people from spreadsheets, and exports in the same shape."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common import csv_export, xlsx_export
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.xlsx_export import stream_xlsx
from learnstream.errors.enrollment import GroupArchived, NoSuchGroup, NoSuchImport
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, WrongPurpose
from learnstream.models.people_import import PeopleImport
from learnstream.schemas.enrollment.people_import import (
    NewPeopleImportSchema,
    PeopleImportFilterSchema,
    PeopleImportSchema,
    PeopleImportSummarySchema,
)
from learnstream.services.enrollment.imports import exports, jobs, memberships, store
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page


@blp.post("/imports")
@blp.arguments(NewPeopleImportSchema, example={"file_id": cast.PEOPLE_FILE_ID, "dry_run": True, "invite": True})
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(202, PeopleImportSchema)
@blp.raises(NoSuchFile, WrongPurpose("import"), FileNotReady, FileRefused, GroupArchived)
def create_import(body: dict[str, Any]) -> PeopleImport:
    """Import people from a spreadsheet: create and update their accounts.

    The file must be the caller's, have the purpose `import`, and be ready. New accounts are those of students, and have
    no password until their owners set one. People are known by `external_id`, else by their address; an import changes
    names, addresses and phone numbers of students whom an import created, and of nobody else. It raises no role. Members of
    groups get the groups' seats; whom an administrator took out of a group is not put back. Each row
    stands alone. Importing a file again changes nothing, and invites nobody twice. Read the import until its state is
    `done` or `failed`.
    """
    return jobs.create(**body, by=caller.id)


@blp.get("/imports")
@admins_only
@blp.lists(PeopleImportSummarySchema, query=PeopleImportFilterSchema, example=example_of(PeopleImportSummarySchema()))
def list_imports(query: dict[str, Any], page: Page) -> Sequence[PeopleImport]:
    """List imports, newest first, without the errors of their rows.

    All of them, or those in a state.
    """
    return entries(page, jobs.browse(**query, part=requested_part(page)))


@blp.get("/imports/<row_id:import_id>/errors.xlsx")
@admins_only
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(NoSuchImport)
def export_import_errors(import_id: int) -> Response:
    """Export the errors of an import as XLSX, to give them back to the author of the file.

    Row, column, what the cell shows, and what is wrong, of the rows that have been read so far.
    """
    return stream_xlsx(f"errors-{import_id}", exports.ERRORS, exports.errors(jobs.errors(import_id)))


@blp.get("/users.csv")
@admins_only
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
def export_users_as_csv() -> Response:
    """Export all accounts that are not disabled as CSV, in the shape in which people are imported.

    Importing the file changes nothing.
    """
    return stream_csv("people", exports.PEOPLE, exports.people(store.browse_active()))


@blp.get("/users.xlsx")
@admins_only
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
def export_users_as_xlsx() -> Response:
    """Export all accounts that are not disabled as XLSX, in the shape in which people are imported.

    Importing the file changes nothing.
    """
    return stream_xlsx("people", exports.PEOPLE, exports.people_in_workbook(store.browse_active()))


@blp.get("/groups/<row_id:group_id>/members.csv")
@admins_only
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchGroup)
def export_members_as_csv(group_id: int) -> Response:
    """Export the members of a group as CSV, in the shape in which people are imported.

    Importing the file changes nothing.
    """
    code, members = memberships.export(group_id)
    return stream_csv(f"group-{group_id}", exports.PEOPLE, exports.people(members, code))


@blp.get("/groups/<row_id:group_id>/members.xlsx")
@admins_only
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(NoSuchGroup)
def export_members_as_xlsx(group_id: int) -> Response:
    """Export the members of a group as XLSX, in the shape in which people are imported.

    Importing the file changes nothing.
    """
    code, members = memberships.export(group_id)
    return stream_xlsx(f"group-{group_id}", exports.PEOPLE, exports.people_in_workbook(members, code))


@blp.get("/imports/<row_id:import_id>")
@admins_only
@blp.response(200, PeopleImportSchema)
@blp.raises(NoSuchImport)
def read_import(import_id: int) -> PeopleImport:
    """Get an import's progress, and what became of the rows.

    Read it about once a second until its state is `done` or `failed`.
    """
    return jobs.find(import_id)
