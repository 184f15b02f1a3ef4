"""People as the rows of a spreadsheet tell of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from learnstream.integrations.spreadsheets import Cell, Row
from learnstream.models import Role
from learnstream.services.enrollment.imports import cells
from learnstream.services.enrollment.imports.cells import Invalid
from learnstream.services.enrollment.imports.headings import Column, Headings
from learnstream.text import folding


@dataclass(frozen=True, slots=True)
class Person:
    """What a row says of a person; None where its cell is empty, not valid or missing, which changes nothing."""

    row: int
    name: str | None = None
    email: str | None = None
    role: Role | None = None
    group: str | None = None
    external_id: str | None = None
    phone: str | None = None

    @property
    def email_key(self) -> str | None:
        """The address as it is compared."""
        return folding.caseless(self.email) if self.email else None


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row fails. `value` is what the cell shows."""

    row: int
    column: str
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row about a person; with errors, the person is what could be read."""

    person: Person
    errors: tuple[RowError, ...] = ()


def read(rows: Iterable[Row], headings: Headings) -> Iterator[Entry]:
    """Return the rows below the headings. Of several about the same person, the first that is valid counts."""
    seen: dict[tuple[Column, str], int] = {}
    for row in rows:
        given = headings.pick(row)
        if row.number > headings.row and _says_something(given) and not headings.are(row):
            yield _first(_entry(row.number, given), seen)


def _says_something(given: dict[Column, Cell]) -> bool:
    return any(not isinstance(cell, str) or cells.INVISIBLE.sub("", cell).strip() for cell in given.values())


def _entry(number: int, given: dict[Column, Cell]) -> Entry:
    values: dict[str, Any] = {}
    errors = []
    for column, cell in given.items():
        try:
            values[column.value] = cells.parse(column, cell)
        except Invalid as error:
            errors.append(RowError(number, column.value, cells.shown(cell), error.code, str(error)))
    person = Person(number, **values)
    if not errors and not (person.email or person.external_id):
        errors.append(
            RowError(number, Column.EMAIL.value, "", "required", "The row has neither email nor external_id.")
        )
    return Entry(person, tuple(errors))


def _first(entry: Entry, seen: dict[tuple[Column, str], int]) -> Entry:
    """Return the entry, with an error if an earlier row is about the same person."""
    if entry.errors:
        return entry
    keys = {Column.EXTERNAL_ID: entry.person.external_id, Column.EMAIL: entry.person.email_key}
    own = [(column, key) for column, key in keys.items() if key]
    for column, key in own:
        if first := seen.get((column, key)):
            return Entry(entry.person, (same_person(entry.person, column, first),))
    seen.update(dict.fromkeys(own, entry.person.row))
    return entry


def same_person(person: Person, column: Column, first: int) -> RowError:
    """Return the error of a row whose person an earlier row is about."""
    value = getattr(person, column.value) or ""
    return RowError(person.row, column.value, value, "duplicate_row", f"Row {first} is about the same person.")
