"""Running an import of accounts: planned as a whole, applied in batches, each of which is whole or not at all."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice

from sqlalchemy.exc import IntegrityError

from learnstream.integrations import spreadsheets
from learnstream.services.enrollment.imports import headings, people, plans, store
from learnstream.services.enrollment.imports.headings import LAST_ROW
from learnstream.services.enrollment.imports.people import Entry
from learnstream.services.enrollment.imports.plans import Change, Plan
from learnstream.services.enrollment.imports.store import Stale
from learnstream.stores.sql import db

BATCH = 200  # rows that are committed together
ROUNDS = 5

Record = Callable[[Sequence[Change]], None]


class Contended(Exception):
    """The accounts kept changing meanwhile; what was imported stays, and running it again continues."""


def read(chunks: Iterable[bytes]) -> list[Entry]:
    """Return the rows about people of a spreadsheet whose bytes are these.

    Raises:
        Unusable, UnusableTable: it cannot be read, or has no usable headings.
    """
    with spreadsheets.read(chunks) as table:
        first, whole = spreadsheets.preview(table, LAST_ROW)
        return list(people.read(whole.rows, headings.find(first)))


def plan(entries: Sequence[Entry]) -> Plan:
    """Return what importing these rows would change, at this moment."""
    return plans.plan(entries, store.load(entry.person for entry in entries))


def run(entries: Sequence[Entry], *, by: int | None, record: Record, done: Collection[int] = ()) -> None:
    """Import the rows that are not done, in batches.

    `record` is called with what has become of the rows of each batch before it is committed. Interrupted anywhere, it can
    be run again: rows that were done would change nothing.

    Raises:
        Contended: others kept changing the same accounts.
    """
    finished = set(done)
    for _ in range(ROUNDS):
        if _run(entries, finished, by, record):
            return
    raise Contended()


def _run(entries: Sequence[Entry], finished: set[int], by: int | None, record: Record) -> bool:
    """Plan and apply the rows that are not finished; return False if accounts have changed meanwhile."""
    remaining = iter([change for change in plan(entries).changes if change.row not in finished])
    try:
        while batch := list(islice(remaining, BATCH)):
            store.apply(batch, by=by)
            record(batch)
            db.session.commit()
            finished |= {change.row for change in batch if change.row}
    except (Stale, IntegrityError):
        db.session.rollback()
        return False
    return True
