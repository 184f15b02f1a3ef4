"""Imports of books that instructors and administrators request, and their undoing."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import defer

from learnstream.clock import now
from learnstream.documents.file import FilePurpose
from learnstream.errors.books import ImportNotUndoable, NoSuchBookImport
from learnstream.integrations import files as port
from learnstream.integrations.unusable import Unusable
from learnstream.models import Role, User
from learnstream.models.book_import import BookImport
from learnstream.services.books import books
from learnstream.services.books.imports import importing, reading, undoing
from learnstream.services.books.imports.importing import Check, Target
from learnstream.services.foundation import audit, outbox
from learnstream.services.foundation.lists import rows_of
from learnstream.services.media import files
from learnstream.services.media.imports import running
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

TOPIC = "books.import"
NEWEST = Columns((BookImport.id,), descending=True)


def create(*, file_id: str, by: int, dry_run: bool = False) -> BookImport:
    """Request the import of a file of the caller's.

    Raises:
        NoSuchFile, WrongPurpose, FileNotReady, FileRefused: the file cannot be imported.
    """
    files.hold(file_id, purpose=FilePurpose.BOOKS, owner_id=by)
    created = BookImport(file_id=file_id, dry_run=dry_run, created_by=by)
    db.session.add(created)
    db.session.flush()
    audit.record("books.imported", actor_id=by, target_kind="book_import", target_id=created.id, dry_run=dry_run)
    outbox.add(TOPIC, import_id=created.id)
    return created


def find(import_id: int, *, of_user: int | None, lock: bool = False) -> BookImport:
    """Return an import of a user's, or of anybody's (None).

    Raises:
        NoSuchBookImport: there is none.
    """
    found = db.session.get(BookImport, import_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None or (of_user is not None and found.created_by != of_user):
        raise NoSuchBookImport()
    return found


def browse(*, of_user: int | None, part: Part) -> Found[BookImport]:
    """Return a part of the imports of a user, or of all (None), newest first."""
    query = select(BookImport).options(defer(BookImport.errors), defer(BookImport.left))
    return rows_of(query.where(BookImport.created_by == of_user) if of_user else query, NEWEST, part)


def undo(import_id: int, *, by: int, of_user: int | None) -> BookImport:
    """Request that an import is undone; repeating it changes nothing.

    Raises:
        NoSuchBookImport: see `find`.
        ImportNotUndoable: it has not ended, or was a dry run.
    """
    job = find(import_id, of_user=of_user, lock=True)
    if job.dry_run or not job.has_ended:
        raise ImportNotUndoable()
    if job.undo_requested_at is None:
        job.undo_requested_at, job.undo_requested_by = now(), by
        audit.record("books.import_undone", actor_id=by, target_kind="book_import", target_id=job.id)
        outbox.add(TOPIC, import_id=job.id, undo=True)
        db.session.flush()
    return job


def carry_out(payload: dict[str, Any], *, check: Check, in_use: Callable[[str], bool]) -> None:
    """Carry out an import or its undoing, or the rest of one that was interrupted.

    check: loads a book as the API does.
    in_use: tells whether the book with this id has to stay.
    """
    if payload.get("undo"):
        undoing.carry_out(payload["import_id"], in_use)
    else:
        running.carry_out(BookImport, payload["import_id"], lambda job: _carry_out(job, check))


def _carry_out(job: BookImport, check: Check) -> None:
    target = Target(job.id, job.created_by, _is_admin(job.created_by), job.dry_run, check)
    facts = files.facts(job.file_id)
    rows = reading.read(port.store_of(facts["store"]).open(cast(str, facts["object"])))
    running.take_all(
        job,
        rows,
        lambda row: importing.take(row, target),
        lambda changes: books.tell(change.book_id for change in changes if change.book_id),
    )


def _is_admin(user_id: int) -> bool:
    user = db.session.get(User, user_id, populate_existing=True)
    # It may have waited for hours.
    if user is None or not user.is_active or user.role is Role.STUDENT:
        raise Unusable("not_an_author", "The user who requested the import may not add books any more.")
    return user.role is Role.ADMIN
