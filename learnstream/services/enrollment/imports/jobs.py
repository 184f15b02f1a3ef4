"""Imports that administrators request: carried out by a worker, whose progress can be read meanwhile."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import defer

from learnstream.clock import now
from learnstream.documents.file import FilePurpose
from learnstream.errors import Unprocessable
from learnstream.errors.enrollment import GroupArchived, NoSuchGroup, NoSuchImport
from learnstream.errors.files import NoSuchFile
from learnstream.integrations import files as port
from learnstream.integrations.unusable import Unusable
from learnstream.models import Imported, ImportOutcome, Role, User
from learnstream.models.people_import import ImportKind, ImportState, PeopleImport
from learnstream.services.enrollment import groups
from learnstream.services.enrollment.imports import inviting, running
from learnstream.services.enrollment.imports.people import RowError
from learnstream.services.enrollment.imports.plans import Change, Plan
from learnstream.services.enrollment.imports.running import Reading, Refused, Scope
from learnstream.services.foundation import audit, import_events, outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.services.media import files
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

TOPIC = "people.import"
NEWEST = Columns((PeopleImport.id,), descending=True)
# Why an import fails if what it is about is gone.
GONE = {NoSuchFile: "file_removed", NoSuchGroup: "group_removed", GroupArchived: "group_archived"}
MAX_ERRORS = 1000  # that are stored


def create(*, file_id: str, by: int, group_id: int | None = None, **options: Any) -> PeopleImport:
    """Request the import of a file of the caller's. `options` are columns of `PeopleImport`.

    Raises:
        NoSuchFile, WrongPurpose, FileNotReady, FileRefused: the file cannot be imported.
        Unprocessable: the group does not exist.
        GroupArchived: it is archived.
    """
    files.hold(file_id, purpose=FilePurpose.IMPORT, owner_id=by)
    if group_id is not None:
        _require_group(group_id)
    created = PeopleImport(file_id=file_id, group_id=group_id, created_by=by, **options)
    db.session.add(created)
    db.session.flush()
    details = {"group_id": group_id, **options}
    audit.record("people.imported", actor_id=by, target_kind="import", target_id=created.id, **details)
    outbox.add(TOPIC, import_id=created.id)
    return created


def _require_group(group_id: int) -> None:
    try:
        groups.lock_open(group_id)
    except NoSuchGroup as error:
        raise Unprocessable(errors={"json": {"group_id": [error.detail]}}) from None


def find(import_id: int) -> PeopleImport:
    """Return an import.

    Raises:
        NoSuchImport: there is none with this id.
    """
    found = db.session.get(PeopleImport, import_id)
    if found is None:
        raise NoSuchImport()
    return found


def browse(*, part: Part, state: ImportState | None = None) -> Found[PeopleImport]:
    """Return a part of the imports, newest first."""
    query = select(PeopleImport).options(
        defer(PeopleImport.errors), defer(PeopleImport.table), defer(PeopleImport.rows)
    )
    return rows_of(query.where(PeopleImport.state == state) if state else query, NEWEST, part)


def errors(import_id: int) -> list[RowError]:
    """Return the errors of an import's rows so far.

    Raises:
        NoSuchImport: there is none with this id.
    """
    return [RowError(**each) for each in find(import_id).errors]


@outbox.handles(TOPIC, give_up_after=timedelta(hours=24))
def carry_out(payload: dict[str, Any]) -> None:
    """Carry out an import, or the rest of one that was interrupted."""
    job = find(payload["import_id"])
    # Reading takes seconds, in which no transaction may be open.
    db.session.commit()
    if job.state in (ImportState.DONE, ImportState.FAILED):
        return
    try:
        _carry_out(job)
    except (Unusable, Refused) as reason:
        _fail(job, reason.code, str(reason))
    except (NoSuchFile, NoSuchGroup, GroupArchived) as error:
        _fail(job, GONE[type(error)], error.detail)
    else:
        _finish(job, ImportState.DONE)


def _carry_out(job: PeopleImport) -> None:
    _require_administrator(job.created_by)
    reading = _read(job.file_id)
    job.state, job.total, job.table = ImportState.RUNNING, len(reading.entries), asdict(reading.table)
    db.session.commit()
    if job.kind is ImportKind.GROUP_MEMBERS and job.group_id is None:
        raise NoSuchGroup()
    scope = Scope(job.group_id, job.mode, job.force)
    if job.dry_run:
        _record(job, running.plan(reading.entries, scope).changes)
    else:
        running.run(reading.entries, scope, by=job.created_by, done=job.rows, record=lambda batch: _record(job, batch))


def _require_administrator(user_id: int) -> None:
    """Raise Refused if whoever requested an import has lost the right to: it may have waited for hours."""
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or user.role is not Role.ADMIN or not user.is_active:
        raise Refused("not_an_administrator")


def _read(file_id: str) -> Reading:
    facts = files.facts(file_id)
    return running.read(port.store_of(facts["store"]).open(cast(str, facts["object"])))


def _record(job: PeopleImport, changes: Sequence[Change]) -> None:
    """Add what has become of rows; new values, since changes inside of a column are not noticed."""
    # A worker that was taken for dead may still import the same rows: the first outcome of each counts.
    db.session.refresh(job, with_for_update=True)
    recorded = set(job.rows)
    fresh = [change for change in changes if change.row not in recorded]
    counts = Plan(fresh).counts() | ({"invited": _invite(job, fresh)} if job.invite else {})
    errors = (asdict(error) for change in fresh for error in change.errors)
    job.rows = [*job.rows, *(change.row for change in fresh if change.row)]
    job.counts = {outcome: job.counts.get(outcome, 0) + count for outcome, count in counts.items()}
    job.errors = [*job.errors, *islice(errors, MAX_ERRORS - len(job.errors))]
    db.session.flush()


def _invite(job: PeopleImport, changes: Sequence[Change]) -> int:
    return len(inviting.find_due(changes)) if job.dry_run else inviting.invite(changes, by=job.created_by)


def _fail(job: PeopleImport, code: str, message: str) -> None:
    db.session.rollback()
    job.refusal = {"code": code, "message": message}
    _finish(job, ImportState.FAILED)


def _finish(job: PeopleImport, state: ImportState) -> None:
    job.state, job.finished_at = state, now()
    outcome = ImportOutcome(state.value)
    import_events.finished(Imported.PEOPLE, job.id, outcome, by=job.created_by, dry_run=job.dry_run)
