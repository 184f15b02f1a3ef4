"""Imports of questions that authors request: carried out by a worker, whose progress can be read meanwhile."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import defer

from learnstream.documents.file import FilePurpose
from learnstream.errors.questions import NoSuchQuestionImport
from learnstream.integrations import files as port
from learnstream.models.question_import import QuestionFormat, QuestionImport
from learnstream.services.foundation import outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.services.media import files
from learnstream.services.media.imports import running
from learnstream.services.media.imports.remarks import Remark
from learnstream.services.quizzes.imports import importing, reading
from learnstream.services.quizzes.imports.drafts import Draft
from learnstream.services.quizzes.imports.importing import Target
from learnstream.services.quizzes.imports.planning import Check
from learnstream.services.quizzes.imports.reading import FORMATS
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

TOPIC = "questions.import"
NEWEST = Columns((QuestionImport.id,), descending=True)


def create(
    *, course_id: str, file_id: str, by: int, source: QuestionFormat | None = None, dry_run: bool = False
) -> QuestionImport:
    """Request the import of a file of the caller's. `source` is its format, if its type does not tell.

    Raises:
        NoSuchFile, WrongPurpose, FileNotReady, FileRefused: the file cannot be imported.
    """
    files.hold(file_id, purpose=FilePurpose.QUESTIONS, owner_id=by)
    created = QuestionImport(course_id=course_id, file_id=file_id, format=source, dry_run=dry_run, created_by=by)
    db.session.add(created)
    db.session.flush()
    outbox.add(TOPIC, import_id=created.id)
    return created


def find(course_id: str, import_id: int) -> QuestionImport:
    """Return an import into a course.

    Raises:
        NoSuchQuestionImport: the course has none with this id.
    """
    found = db.session.get(QuestionImport, import_id)
    if found is None or found.course_id != course_id:
        raise NoSuchQuestionImport()
    return found


def browse(course_id: str, *, part: Part) -> Found[QuestionImport]:
    """Return a part of the imports into a course, newest first."""
    query = select(QuestionImport).where(QuestionImport.course_id == course_id)
    return rows_of(query.options(defer(QuestionImport.errors), defer(QuestionImport.warnings)), NEWEST, part)


def carry_out(payload: dict[str, Any], check: Check) -> None:
    """Carry out an import, or the rest of one that was interrupted. `check` loads a question as the API does."""
    running.carry_out(QuestionImport, payload["import_id"], lambda job: _carry_out(job, check))


def _carry_out(job: QuestionImport, check: Check) -> None:
    source, entries = _read(job)
    job.format = source
    target = Target(job.course_id, source, job.created_by, job.dry_run, check)
    running.take_all(job, entries, lambda entry: importing.take(entry, target))


def _read(job: QuestionImport) -> tuple[QuestionFormat, Sequence[Draft | Remark]]:
    facts = files.facts(job.file_id)
    source = QuestionFormat(job.format) if job.format else FORMATS[cast(str, facts["type"])]
    chunks = port.store_of(facts["store"]).open(cast(str, facts["object"]))
    return source, list(reading.read(chunks, source))
