"""Imports of people from spreadsheets."""

from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.errors.enrollment import NoSuchImport
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, WrongPurpose
from learnstream.models.people_import import PeopleImport
from learnstream.schemas.enrollment.people_import import NewPeopleImportSchema, PeopleImportSchema
from learnstream.services.enrollment.imports import jobs


@blp.post("/imports")
@blp.arguments(NewPeopleImportSchema)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(202, PeopleImportSchema)
@blp.raises(NoSuchFile, WrongPurpose("import"), FileNotReady, FileRefused)
def create_import(body: dict[str, Any]) -> PeopleImport:
    """Import people from a spreadsheet: create and update their accounts.

    The file must be the caller's, have the purpose `import`, and be ready. New accounts are those of students, and have
    no password until their owners set one. People are known by `external_id`, else by their address; an import changes
    names, addresses and phone numbers of students whom an import created, and of nobody else. It raises no role. Each row
    stands alone. Importing a file again changes nothing, and invites nobody twice. Read the import until its state is
    `done` or `failed`.
    """
    return jobs.create(**body, by=caller.id)


@blp.get("/imports/<row_id:import_id>")
@admins_only
@blp.response(200, PeopleImportSchema)
@blp.raises(NoSuchImport)
def read_import(import_id: int) -> PeopleImport:
    """Get an import's progress, and what became of the rows.

    Read it about once a second until its state is `done` or `failed`.
    """
    return jobs.find(import_id)
