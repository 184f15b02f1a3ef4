"""Tables of an import: people in the shape in which they are imported, and the errors of rows, to give back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from typing import IO

from learnstream.services.enrollment.imports.headings import Column
from learnstream.services.enrollment.imports.people import RowError
from learnstream.services.enrollment.imports.state import Account
from learnstream.text import csv_tables

PEOPLE = [column.value for column in Column]
ERRORS = [field.name for field in fields(RowError)]


def people_as_csv(accounts: Iterable[Account], group: str | None = None) -> Iterator[str]:
    """Yield a table of accounts, in pieces; `group` is the code of theirs. Importing it changes nothing."""
    return csv_tables.render(PEOPLE, (_cells(account, group) for account in accounts))


def write_people(target: IO[bytes], accounts: Iterable[Account], group: str | None = None) -> None:
    """Write the same table as XLSX."""
    _write_xlsx(target, "People", PEOPLE, ([_literal(cell) for cell in _cells(each, group)] for each in accounts))


def write_errors(target: IO[bytes], errors: Iterable[RowError]) -> None:
    """Write the errors of rows as XLSX."""
    _write_xlsx(target, "Errors", ERRORS, (astuple(error) for error in errors))


def _write_xlsx(
    target: IO[bytes], sheet: str, columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]
) -> None:
    # Only workers write workbooks, but web workers import all services.
    from learnstream.integrations import xlsx  # noqa: PLC0415 - see above

    xlsx.write(target, sheet, columns, rows)


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
