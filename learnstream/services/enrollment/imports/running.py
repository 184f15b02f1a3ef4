"""Running an import of accounts: planned as a whole, applied in batches, each of which is whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
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

Report = Callable[[int], None]


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


def run(entries: Sequence[Entry], *, by: int | None, report: Report = lambda rows: None) -> Plan:
    """Import rows, and return what has become of each; `report` is told how many more rows are done.

    It commits after each batch. Interrupted anywhere, it can be run again: the rows that are done change nothing.

    Raises:
        Contended: others kept changing the same accounts.
    """
    done: dict[int | None, Change] = {}
    for _ in range(ROUNDS):
        if _run(entries, done, by, report):
            return Plan([*done.values()])
    raise Contended()


def _run(entries: Sequence[Entry], done: dict[int | None, Change], by: int | None, report: Report) -> bool:
    """Plan and apply the rows that are not done; return False if accounts have changed meanwhile."""
    remaining = iter([change for change in plan(entries).changes if change.row not in done])
    try:
        while batch := list(islice(remaining, BATCH)):
            store.apply(batch, by=by)
            db.session.commit()
            done |= {change.row: change for change in batch}
            report(len(batch))
    except (Stale, IntegrityError):
        db.session.rollback()
        return False
    return True
