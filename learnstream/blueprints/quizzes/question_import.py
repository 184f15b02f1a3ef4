"""Imports and exports of questions, for the staff of courses."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.common import csv_export, xlsx_export
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.blueprints.common.table_export import stream_table
from learnstream.blueprints.common.xlsx_export import stream_xlsx
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, WrongPurpose
from learnstream.errors.questions import NoSuchQuestionImport
from learnstream.models.question_import import QuestionImport
from learnstream.policies.access import require_draft
from learnstream.schemas.quizzes.question import QuestionQuerySchema
from learnstream.schemas.quizzes.question_import import (
    NewQuestionImportSchema,
    QuestionImportSchema,
    QuestionImportSummarySchema,
)
from learnstream.services.authoring import courses
from learnstream.services.quizzes.imports import exports, jobs, template
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page

blp = Blueprint(
    "question_import",
    __name__,
    position=76,
    title="Import and export of questions",
    description="Questions from spreadsheets and from other systems, and back.",
)
GIFT = "text/plain"
GIFT_DESCRIPTION = "Questions in GIFT, UTF-8."


@blp.post("/courses/<object_id:course_id>/questions/import")
@blp.arguments(NewQuestionImportSchema, example={"file_id": cast.QUESTIONS_FILE_ID, "format": "gift", "dry_run": True})
@confirms_caller
@commits(idempotency_key=True)
@blp.response(202, QuestionImportSchema)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchFile, WrongPurpose("questions"), FileNotReady, FileRefused)
def create_question_import(body: dict[str, Any], course_id: str) -> QuestionImport:
    """Import questions from a table (CSV, XLSX) or a GIFT file into a course's bank.

    The file must be the caller's, have the purpose `questions`, and be ready. A question is known by its key: the table's
    column `key`, GIFT's `[id:…]` or `::name::`, else a digest of its text. One that is there already is changed where the
    file differs; importing a file again changes nothing. Each question stands alone: those that cannot be taken are listed
    with row or line, and the rest goes in. Read the import until its state is `done` or `failed`.
    """
    require_course_author(course_id)
    return jobs.create(course_id=course_id, **body, by=caller.id)


@blp.get("/courses/<object_id:course_id>/questions/imports")
@blp.lists(QuestionImportSummarySchema, example=example_of(QuestionImportSummarySchema()))
@blp.raises(NoSuchCourse)
def list_question_imports(course_id: str, page: Page) -> Sequence[QuestionImport]:
    """List the imports of questions into a course, newest first.

    Without what is to be said about single questions.
    """
    require_draft(caller, courses.view(course_id))
    return entries(page, jobs.browse(course_id, part=requested_part(page)))


@blp.get("/courses/<object_id:course_id>/questions/imports/<row_id:question_import_id>")
@blp.response(200, QuestionImportSchema)
@blp.raises(NoSuchCourse, NoSuchQuestionImport)
def read_question_import(course_id: str, question_import_id: int) -> QuestionImport:
    """Get an import's progress, and what became of the questions.

    Read it about once a second until its state is `done` or `failed`.
    """
    require_draft(caller, courses.view(course_id))
    return jobs.find(course_id, question_import_id)


@blp.get("/courses/<object_id:course_id>/questions/export.csv")
@blp.arguments(QuestionQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchCourse)
def export_questions_as_csv(query: dict[str, Any], course_id: str) -> Response:
    """Export a course's questions as CSV, in the shape in which they are imported.

    Importing the file changes nothing.
    """
    return stream_csv(f"questions-{course_id}", *_table(course_id, query))


@blp.get("/courses/<object_id:course_id>/questions/export.xlsx")
@blp.arguments(QuestionQuerySchema, location="query")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(NoSuchCourse)
def export_questions_as_xlsx(query: dict[str, Any], course_id: str) -> Response:
    """Export a course's questions as XLSX, in the shape in which they are imported.

    Importing the file changes nothing.
    """
    return stream_xlsx("questions", *_table(course_id, query))


def _table(course_id: str, query: dict[str, Any]) -> tuple[Sequence[str], Any]:
    require_draft(caller, courses.view(course_id))
    columns = exports.columns(course_id, **query)
    return columns, exports.rows(course_id, columns, **query)


@blp.get("/courses/<object_id:course_id>/questions/export.gift")
@blp.arguments(QuestionQuerySchema, location="query")
@blp.response(200, content_type=GIFT, description=GIFT_DESCRIPTION)
@blp.raises(NoSuchCourse)
def export_questions_as_gift(query: dict[str, Any], course_id: str) -> Response:
    """Export a course's questions as GIFT, which Moodle and other systems import.

    GIFT has neither `cloze` nor `ordering`; such questions stand there as comments. Importing the file changes nothing.
    """
    require_draft(caller, courses.view(course_id))
    return stream_table(f"questions-{course_id}.gift", GIFT, _as_it_is, exports.as_gift(course_id, **query))


def _as_it_is(pieces: Iterable[Any]) -> Iterator[str]:
    return iter(pieces)


@blp.get("/questions/import-template.csv")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
def export_question_template_as_csv() -> Response:
    """Get a table for questions as CSV.

    It has one example of each kind, and can be imported as it is.
    """
    return stream_csv("questions", template.columns(), template.rows())


@blp.get("/questions/import-template.xlsx")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
def export_question_template_as_xlsx() -> Response:
    """Get a table for questions as XLSX.

    It has one example of each kind, and can be imported as it is.
    """
    return stream_xlsx("questions", template.columns(), template.rows())
