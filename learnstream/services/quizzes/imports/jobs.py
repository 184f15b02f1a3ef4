"""Imports of questions that authors request: carried out by a worker, whose progress can be read meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import defer

from learnstream.clock import now
from learnstream.documents.file import FilePurpose
from learnstream.errors.files import NoSuchFile
from learnstream.errors.questions import NoSuchQuestionImport
from learnstream.integrations import files as port
from learnstream.integrations.unusable import Unusable
from learnstream.models.people_import import ImportState
from learnstream.models.question_import import QuestionFormat, QuestionImport
from learnstream.services.foundation import outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.services.media import files
from learnstream.services.quizzes.imports import importing, reading
from learnstream.services.quizzes.imports.drafts import Draft, Remark
from learnstream.services.quizzes.imports.importing import Target
from learnstream.services.quizzes.imports.planning import Change, Check, Outcome
from learnstream.services.quizzes.imports.reading import FORMATS
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

TOPIC = "questions.import"
NEWEST = Columns((QuestionImport.id,), descending=True)
BATCH = 50  # questions whose outcome is recorded together
MAX_REMARKS = 1000  # errors that are stored, and warnings


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
    job = db.session.get_one(QuestionImport, payload["import_id"])
    # Reading takes seconds, in which no transaction may be open.
    db.session.commit()
    if job.state in (ImportState.DONE, ImportState.FAILED):
        return
    try:
        _carry_out(job, check)
    except Unusable as reason:
        _fail(job, reason.code, str(reason))
    except NoSuchFile as error:
        _fail(job, "file_removed", error.detail)
    else:
        _finish(job, ImportState.DONE)


def _carry_out(job: QuestionImport, check: Check) -> None:
    source, entries = _read(job)
    job.state, job.total, job.format = ImportState.RUNNING, len(entries), source
    db.session.commit()
    target = Target(job.course_id, source, job.created_by, job.dry_run, check)
    while batch := entries[job.done : job.done + BATCH]:
        # A worker that was taken for dead may still import the same questions: the first outcome of each counts.
        begun = job.done
        changes = [importing.take(entry, target) for entry in batch]
        db.session.refresh(job, with_for_update=True)
        if job.done == begun:
            _record(job, changes)
        db.session.commit()


def _read(job: QuestionImport) -> tuple[QuestionFormat, Sequence[Draft | Remark]]:
    facts = files.facts(job.file_id)
    source = QuestionFormat(job.format) if job.format else FORMATS[cast(str, facts["type"])]
    chunks = port.store_of(facts["store"]).open(cast(str, facts["object"]))
    return source, list(reading.read(chunks, source))


def _record(job: QuestionImport, changes: Sequence[Change]) -> None:
    """Add what has become of questions; new values, since changes inside of a column are not noticed."""
    job.done += len(changes)
    counts = dict(job.counts)
    for change in changes:
        counts[change.outcome.value] = counts.get(change.outcome.value, 0) + 1
    job.counts = counts
    job.errors = _more(job.errors, changes, lambda change: change.outcome is Outcome.FAILED)
    job.warnings = _more(job.warnings, changes, lambda change: change.outcome is not Outcome.FAILED)


def _more(
    stored: list[dict[str, Any]], changes: Sequence[Change], which: Callable[[Change], bool]
) -> list[dict[str, Any]]:
    remarks = (asdict(remark) for change in changes if which(change) for remark in change.remarks)
    return [*stored, *islice(remarks, MAX_REMARKS - len(stored))]


def _fail(job: QuestionImport, code: str, message: str) -> None:
    db.session.rollback()
    job.refusal = {"code": code, "message": message}
    _finish(job, ImportState.FAILED)


def _finish(job: QuestionImport, state: ImportState) -> None:
    job.state, job.finished_at = state, now()
