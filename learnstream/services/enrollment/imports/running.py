"""Running an import of accounts: planned as a whole, applied in batches, each of which is whole or not at all."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy.exc import IntegrityError

from learnstream.integrations import spreadsheets
from learnstream.integrations.spreadsheets import Row, Table
from learnstream.models.people_import import ImportKind, ImportMode
from learnstream.services.enrollment.imports import cells, headings, memberships, people, plans, store
from learnstream.services.enrollment.imports.headings import LAST_ROW, Headings
from learnstream.services.enrollment.imports.people import Entry
from learnstream.services.enrollment.imports.plans import Change, Plan
from learnstream.services.enrollment.imports.store import Stale
from learnstream.stores.sql import db
from learnstream.text import display

BATCH = 200  # rows that are committed together
ROUNDS = 5
REFUSALS = {
    "not_an_administrator": "The user who requested the import is no longer an administrator.",
    "too_many_removals": "The file would remove more than half of the group's members. Check that it is whole; if that is "
    "meant, import it with `force`.",
}
SAMPLE = 3  # rows that show how a file was read

Record = Callable[[Sequence[Change]], None]


class Contended(Exception):
    """The accounts kept changing meanwhile; what was imported stays, and running it again continues."""


class Refused(Exception):
    """The import as a whole would do harm: `code` for programs, the message for people."""

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Scope:
    """What rows are imported for: accounts or, with `group_id`, that group's members. See `plans.plan`."""

    group_id: int | None = None
    mode: ImportMode = ImportMode.ADD
    force: bool = False


@dataclass(frozen=True, slots=True)
class TableFacts:
    """How a spreadsheet was read, for people to check: `sample` shows the cells of its first rows as they were read.

    `columns` are the recognized ones in their order, `ignored` the other headings. See `spreadsheets.Table` for the others.
    """

    sheet: str | None
    encoding: str | None
    delimiter: str | None
    heading_row: int
    columns: list[str]
    ignored: list[str]
    sample: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows about people of a spreadsheet, and how it was read."""

    entries: list[Entry]
    table: TableFacts


def read(chunks: Iterable[bytes]) -> Reading:
    """Read a spreadsheet of people whose bytes are these.

    Raises:
        Unusable, UnusableTable: it cannot be read, or has no usable headings.
    """
    with spreadsheets.read(chunks) as table:
        first, whole = spreadsheets.preview(table, LAST_ROW + SAMPLE)
        found = headings.find(first)
        facts = _describe(whole, found, first)
        return Reading(list(people.read(whole.rows, found)), facts)


def _describe(table: Table, found: Headings, first: Iterable[Row]) -> TableFacts:
    rows = islice((found.pick(row) for row in first if row.number > found.row), SAMPLE)
    sample = [{column.value: cells.shown(cell) for column, cell in row.items()} for row in rows]
    columns = [column.value for column in found.columns.values()]
    ignored = [display.one_line(text, 100) for text in found.ignored]
    sheet = table.sheet and display.one_line(table.sheet, 100)
    return TableFacts(sheet, table.encoding, table.delimiter, found.row, columns, ignored, sample)


def plan(entries: Sequence[Entry], scope: Scope = Scope()) -> Plan:
    """Return what importing these rows would change, at this moment.

    Raises:
        Refused: it would remove more than half of the group.
        NoSuchGroup, GroupArchived: the group does not exist, or is archived.
    """
    group = memberships.find(scope.group_id) if scope.group_id else None
    named = (group,) if group else memberships.find_named(each.person.group for each in entries if each.person.group)
    present = replace(store.load(entry.person for entry in entries), groups=named)
    kind = ImportKind.GROUP_MEMBERS if group else ImportKind.USERS
    made = plans.plan(entries, present, kind=kind, group=group, mode=scope.mode, force=scope.force)
    if made.refusal:
        raise Refused(made.refusal)
    return made


def run(
    entries: Sequence[Entry], scope: Scope = Scope(), *, by: int | None, record: Record, done: Collection[int] = ()
) -> None:
    """Import the rows that are not done, in batches.

    `record` is called with what has become of the rows of each batch before it is committed. Interrupted anywhere, it can
    be run again: rows that were done would change nothing.

    Raises:
        Contended: others kept changing the same accounts.
        Refused, NoSuchGroup, GroupArchived: as in `plan`.
    """
    finished = set(done)
    for _ in range(ROUNDS):
        if _run(entries, scope, finished, by, record):
            return
    raise Contended()


def _run(entries: Sequence[Entry], scope: Scope, finished: set[int], by: int | None, record: Record) -> bool:
    """Plan and apply the rows that are not finished; return False if accounts have changed meanwhile."""
    remaining = iter([change for change in plan(entries, scope).changes if change.row not in finished])
    try:
        while batch := list(islice(remaining, BATCH)):
            memberships.apply(batch, store.apply(batch, by=by), by=by)
            record(batch)
            db.session.commit()
            finished |= {change.row for change in batch if change.row}
    except (Stale, IntegrityError):
        db.session.rollback()
        return False
    return True
