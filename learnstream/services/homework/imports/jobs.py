"""Imports of grades that a course's staff request."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import defer

from learnstream.documents import LessonKind
from learnstream.documents.file import FilePurpose
from learnstream.errors.assignment_lessons import NotAnAssignmentLesson
from learnstream.errors.homework import NoSuchGradeImport
from learnstream.integrations import files as port
from learnstream.models.grade_import import GradeImport
from learnstream.services.authoring import lessons
from learnstream.services.foundation import outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.services.homework.imports import importing, reading
from learnstream.services.media import files
from learnstream.services.media.imports import running
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

TOPIC = "grades.import"
NEWEST = Columns((GradeImport.id,), descending=True)


def create(*, lesson_id: str, file_id: str, by: int, dry_run: bool = False) -> GradeImport:
    """Request the import of a file of the caller's.

    Raises:
        NotAnAssignmentLesson: the lesson is not an assignment, or not in a course.
        NoSuchFile, WrongPurpose, FileNotReady, FileRefused: the file cannot be imported.
    """
    lesson = lessons.draft(lesson_id)
    if lesson["kind"] != LessonKind.ASSIGNMENT or lesson["course_id"] is None:
        raise NotAnAssignmentLesson()
    files.hold(file_id, purpose=FilePurpose.GRADES, owner_id=by)
    target = {"course_id": str(lesson["course_id"]), "lesson_id": lesson_id}
    created = GradeImport(**target, file_id=file_id, dry_run=dry_run, created_by=by)
    db.session.add(created)
    db.session.flush()
    outbox.add(TOPIC, import_id=created.id)
    return created


def find(lesson_id: str, import_id: int) -> GradeImport:
    """Return an import into a lesson.

    Raises:
        NoSuchGradeImport: the lesson has none with this id.
    """
    found = db.session.get(GradeImport, import_id)
    if found is None or found.lesson_id != lesson_id:
        raise NoSuchGradeImport()
    return found


def browse(lesson_id: str, *, part: Part) -> Found[GradeImport]:
    """Return a part of the imports into a lesson, newest first."""
    of_lesson = select(GradeImport).where(GradeImport.lesson_id == lesson_id)
    return rows_of(of_lesson.options(defer(GradeImport.errors)), NEWEST, part)


def carry_out(payload: dict[str, Any]) -> None:
    """Carry out an import, or the rest of one that was interrupted."""
    running.carry_out(GradeImport, payload["import_id"], _carry_out)


def _carry_out(job: GradeImport) -> None:
    facts = files.facts(job.file_id)
    chunks = port.store_of(facts["store"]).open(cast(str, facts["object"]))
    rows = reading.read(chunks, course_id=job.course_id, lesson_id=job.lesson_id)
    running.take_all(job, rows, lambda row: importing.take(row, by=job.created_by, dry_run=job.dry_run))
