"""Tables of an import: people in the shape in which they are imported, and the errors of rows, to give back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields

from learnstream.services.enrollment.imports.headings import Column
from learnstream.services.enrollment.imports.people import RowError
from learnstream.services.enrollment.imports.state import Account
from learnstream.text import csv_tables

PEOPLE = [column.value for column in Column]
ERRORS = [field.name for field in fields(RowError)]


def people(accounts: Iterable[Account], group: str | None = None) -> Iterator[Sequence[str]]:
    """Yield the rows of accounts for CSV, without headings; `group` is the code of theirs. Importing them changes nothing."""
    return (_cells(account, group) for account in accounts)


def people_in_workbook(accounts: Iterable[Account], group: str | None = None) -> Iterator[Sequence[str]]:
    """Yield the same rows for XLSX."""
    return ([_literal(cell) for cell in row] for row in people(accounts, group))


def errors(failures: Iterable[RowError]) -> Iterator[Sequence[str | int]]:
    """Yield the rows of errors for XLSX, without headings."""
    return (astuple(failure) for failure in failures)


def _cells(account: Account, group: str | None) -> list[str]:
    values = {
        Column.NAME: account.name,
        Column.EMAIL: account.email,
        Column.ROLE: account.role.value,
        Column.GROUP: group,
        Column.EXTERNAL_ID: account.external_id,
        Column.PHONE: account.phone,
    }
    return [values[column] or "" for column in Column]


def _literal(text: str) -> str:
    """Return the text as XLSX has it: as it is, unless reading would take it for one that CSV had to defuse."""
    return text if csv_tables.restore(text) == text else csv_tables.defuse(text)
