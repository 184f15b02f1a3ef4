"""Imports of files that authors request: carried out by a worker, whose progress can be read meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, Protocol, TypeVar

from learnstream.clock import now
from learnstream.errors.files import NoSuchFile
from learnstream.integrations.unusable import Unusable
from learnstream.models import ImportOutcome
from learnstream.models.file_import import FileImport
from learnstream.models.people_import import ImportState
from learnstream.services.foundation import import_events
from learnstream.services.media.imports.remarks import Remark
from learnstream.stores.sql import db

BATCH = 50  # entries whose outcome is recorded together
MAX_REMARKS = 1000  # errors that are stored, and warnings
FAILED = "failed"  # the outcome of an entry that was not imported

J = TypeVar("J", bound=FileImport)
E = TypeVar("E")


class Change(Protocol):
    """What became of an entry, and what is to be said about it."""

    @property
    def outcome(self) -> str: ...
    @property
    def remarks(self) -> tuple[Remark, ...]: ...


C = TypeVar("C", bound=Change)


def carry_out(jobs: type[J], import_id: int, run: Callable[[J], None]) -> None:
    """Carry out an import, or the rest of one that was interrupted, unless it has ended."""
    job = db.session.get_one(jobs, import_id)
    # Reading takes seconds, in which no transaction may be open.
    db.session.commit()
    if job.state in (ImportState.DONE, ImportState.FAILED):
        return
    try:
        run(job)
    except Unusable as reason:
        _fail(job, reason.code, str(reason))
    except NoSuchFile as error:
        _fail(job, "file_removed", error.detail)
    else:
        _finish(job, ImportState.DONE)


def take_all(
    job: FileImport, entries: Sequence[E], take: Callable[[E], C], tell: Callable[[Sequence[C]], None] | None = None
) -> None:
    """Import the entries that are left, and record what became of them, some at a time, and have `tell` do so, too."""
    job.state, job.total = ImportState.RUNNING, len(entries)
    db.session.commit()
    while batch := entries[job.done : job.done + BATCH]:
        # A worker that was taken for dead may still import the same entries: the first outcome of each counts.
        begun = job.done
        changes = [take(entry) for entry in batch]
        db.session.refresh(job, with_for_update=True)
        if job.done == begun:
            _record(job, changes)
            if tell:
                tell(changes)
        db.session.commit()


def _record(job: FileImport, changes: Sequence[Change]) -> None:
    """Add what has become of entries; new values, since changes inside of a column are not noticed."""
    job.done += len(changes)
    job.counts = _counted(job.counts, changes)
    job.errors = _more(job.errors, changes, lambda change: change.outcome == FAILED)
    job.warnings = _more(job.warnings, changes, lambda change: change.outcome != FAILED)


def _counted(counts: Mapping[str, int], changes: Sequence[Change]) -> dict[str, int]:
    counted = dict(counts)
    for change in changes:
        counted[str(change.outcome)] = counted.get(str(change.outcome), 0) + 1
    return counted


def _more(
    stored: list[dict[str, Any]], changes: Sequence[Change], which: Callable[[Change], bool]
) -> list[dict[str, Any]]:
    remarks = (asdict(remark) for change in changes if which(change) for remark in change.remarks)
    return [*stored, *islice(remarks, MAX_REMARKS - len(stored))]


def _fail(job: FileImport, code: str, message: str) -> None:
    db.session.rollback()
    job.refusal = {"code": code, "message": message}
    _finish(job, ImportState.FAILED)


def _finish(job: FileImport, state: ImportState) -> None:
    job.state, job.finished_at = state, now()
    outcome = ImportOutcome(state.value)
    import_events.finished(job.imported, job.id, outcome, by=job.created_by, dry_run=job.dry_run, **job.target)
