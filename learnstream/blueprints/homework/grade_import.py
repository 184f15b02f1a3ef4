"""Imports and exports of grades of homework, for the staff of courses."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from learnstream.blueprints.common import csv_export, xlsx_export
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_lesson_author
from learnstream.blueprints.common.require_submission import visible_submissions
from learnstream.blueprints.common.xlsx_export import stream_xlsx
from learnstream.errors.assignment_lessons import NotAnAssignmentLesson
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.errors.files import FileNotReady, FileRefused, NoSuchFile, WrongPurpose
from learnstream.errors.homework import NoSuchGradeImport
from learnstream.models.grade_import import GradeImport
from learnstream.schemas.homework.grade_import import (
    GradeImportSchema,
    GradeImportSummarySchema,
    NewGradeImportSchema,
)
from learnstream.schemas.homework.staff_list import SubmissionQuerySchema
from learnstream.services.homework import staff_list
from learnstream.services.homework.imports import exports, jobs
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.openapi_examples import example_of
from learnstream.web.paging import Page

blp = Blueprint(
    "grade_import",
    __name__,
    position=173,
    title="Homework: import and export of grades",
    description="Grades of homework from spreadsheets, and back.",
    url_prefix="/lessons/<object_id:lesson_id>",
)


@blp.post("/grades/import")
@blp.arguments(NewGradeImportSchema, example={"file_id": cast.GRADES_FILE_ID, "dry_run": True})
@confirms_caller
@commits(idempotency_key=True)
@blp.response(202, GradeImportSchema)
@blp.raises(NoSuchLesson, NotYourCourse, NotAnAssignmentLesson)
@blp.raises(NoSuchFile, WrongPurpose("grades"), FileNotReady, FileRefused)
def create_grade_import(body: dict[str, Any], lesson_id: str) -> GradeImport:
    """Grade what learners handed in, by a table (CSV, XLSX).

    The file must be the caller's, have the purpose `grades`, and be ready. Each row names a submission by its
    `submission_id`, or the latest one of a learner by `user_id`, unless submissions are anonymous; `points`, or a level for
    each criterion in a column `level_` with the criterion's id; and a `comment`. Empty cells change nothing. Each row stands
    alone: those that cannot be taken are listed, and the rest goes in. Importing a file again changes nothing.
    """
    require_lesson_author(lesson_id)
    return jobs.create(lesson_id=lesson_id, **body, by=caller.id)


@blp.get("/grades/imports")
@blp.lists(GradeImportSummarySchema, example=example_of(GradeImportSummarySchema()))
@blp.raises(NoSuchLesson, NotYourCourse)
def list_grade_imports(lesson_id: str, page: Page) -> Sequence[GradeImport]:
    """List the imports of grades into a lesson, newest first.

    Without what is to be said about single rows.
    """
    require_lesson_author(lesson_id)
    return entries(page, jobs.browse(lesson_id, part=requested_part(page)))


@blp.get("/grades/imports/<row_id:grade_import_id>")
@blp.response(200, GradeImportSchema)
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchGradeImport)
def read_grade_import(lesson_id: str, grade_import_id: int) -> GradeImport:
    """Get an import's progress, and what became of the rows.

    Read it about once a second until its state is `done` or `failed`.
    """
    require_lesson_author(lesson_id)
    return jobs.find(lesson_id, grade_import_id)


@blp.get("/grades.csv")
@blp.arguments(SubmissionQuerySchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchGroup)
def export_homework_grades_as_csv(query: dict[str, Any], lesson_id: str) -> Response:
    """Export the grades of what learners handed in in a lesson as CSV, in the shape in which they are imported.

    Filters and access are those of the list of submissions. Importing the file changes nothing.
    """
    return stream_csv(f"grades-{lesson_id}", *_table(lesson_id, query))


@blp.get("/grades.xlsx")
@blp.arguments(SubmissionQuerySchema, location="query")
@blp.response(200, content_type=xlsx_export.MIMETYPE, description=xlsx_export.DESCRIPTION)
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchGroup)
def export_homework_grades_as_xlsx(query: dict[str, Any], lesson_id: str) -> Response:
    """Export the grades of what learners handed in in a lesson as XLSX, in the shape in which they are imported.

    Filters and access are those of the list of submissions. Importing the file changes nothing.
    """
    return stream_xlsx("grades", *_table(lesson_id, query))


def _table(lesson_id: str, query: dict[str, Any]) -> tuple[Sequence[str], Any]:
    wanted = staff_list.query(lesson_id, **visible_submissions(lesson_id, query))
    columns = exports.columns_of(wanted)
    return columns, exports.rows(wanted, columns)
