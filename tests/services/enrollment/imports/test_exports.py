import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnstream.integrations import spreadsheets
from learnstream.models import Role
from learnstream.services.enrollment.imports import exports, headings, people
from learnstream.services.enrollment.imports.people import RowError
from learnstream.services.enrollment.imports.plans import Outcome
from learnstream.services.enrollment.imports.state import Account
from learnstream.text import csv_tables, xlsx_tables
from tests.services.enrollment.imports.planning import planned

# As the API accepts them.
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40).map(
    lambda text: f"x{text}".strip()
)
FORMULAS = [
    "=1+1",
    "'=1+1",
    "''@x",
    '"=x',
    "+49",
    "a;=b",
    "a, '-b",
    "_x0041_",
    "https://example.com",
    "{=1}",
    "  two  spaces",
]


def written(accounts, file_format):
    if file_format == "csv":
        return "".join(csv_tables.render(exports.PEOPLE, exports.people(accounts, "7B"))).encode()
    return b"".join(xlsx_tables.render("People", exports.PEOPLE, exports.people_in_workbook(accounts, "7B")))


def entries(data):
    with spreadsheets.read([data]) as table:
        first, whole = spreadsheets.preview(table, headings.LAST_ROW)
        return list(people.read(whole.rows, headings.find(first)))


def school(names):
    return [
        Account(
            number,
            name,
            f"p{number}@example.com",
            Role.STUDENT if number % 20 else Role.ADMIN,
            True,
            f"{number:03}",
            "+4930901820",
            True,
        )
        for number, name in enumerate(names, 1)
    ]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@settings(max_examples=10, deadline=None)
@given(names=st.lists(NAMES, min_size=50, max_size=50))
def test_an_export_that_is_imported_changes_nothing(file_format, names):
    accounts = school([*FORMULAS, *names])

    made = planned(entries(written(accounts, file_format)), accounts, {account.id for account in accounts}, mode="sync")

    assert [change for change in made.changes if change.outcome is not Outcome.UNCHANGED] == []
    assert len(made.changes) == len(accounts)


def test_a_workbook_has_neither_formulas_nor_links():
    with zipfile.ZipFile(io.BytesIO(written(school(FORMULAS), "xlsx"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")

        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
        assert not any("sheet1.xml.rels" in name for name in archive.namelist())


def test_errors_are_a_workbook_to_give_back():
    failures = [RowError(7, "name", "=1+1", "too_long", "The text is too long.")]

    with spreadsheets.read(xlsx_tables.render("Errors", exports.ERRORS, exports.errors(failures))) as table:
        assert [row.cells for row in table.rows] == [
            ["row", "column", "value", "code", "message"],
            [7.0, "name", "=1+1", "too_long", "The text is too long."],
        ]
