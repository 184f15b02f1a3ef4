import pytest

from learnstream.integrations import spreadsheets
from learnstream.services.accounts import accounts
from tests.spreadsheets import PEOPLE


def run(app, file, *options, exit_code=0):
    result = app.test_cli_runner().invoke(args=["import-people", str(file), *options])
    assert result.exit_code == exit_code, result.output
    return result.output


def test_people_of_a_spreadsheet_get_accounts(app, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Nome;E-mail;Matrícula\nAna;ana@example.com;007\nRui;rui@example\n")

    output = run(app, file, exit_code=1)

    assert "row 3, email 'rui@example': " in output
    assert "(invalid_email)" in output
    assert "created: 1, updated: 0, unchanged: 0, removed: 0, failed: 1" in output
    assert accounts.find("ana@example.com").external_id == "007"


def test_a_dry_run_changes_nothing(app):
    output = run(app, PEOPLE / "sheetjs.xlsx", "--dry-run", exit_code=1)

    assert "created: 1" in output
    assert accounts.find("anna@example.com") is None


def test_a_file_that_cannot_be_read_is_told(app):
    assert "protected by a password" in run(app, PEOPLE / "locked.xlsx", exit_code=1)


def test_errors_are_written_as_a_workbook_to_give_back(app, tmp_path):
    errors = tmp_path / "errors.xlsx"

    run(app, PEOPLE / "sheetjs.xlsx", "--errors", str(errors), exit_code=1)

    with spreadsheets.read([errors.read_bytes()]) as table:
        assert [row.cells[:4] for row in table.rows] == [
            ["row", "column", "value", "code"],
            [3.0, "phone", "4930901821", "number_not_text"],
        ]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_an_export_that_is_imported_changes_nothing(app, admin, owner, learner, tmp_path, suffix):
    run(app, PEOPLE / "windows-1252.csv")
    file = tmp_path / f"people{suffix}"
    assert app.test_cli_runner().invoke(args=["export-people", str(file)]).exit_code == 0

    assert "created: 0, updated: 0, unchanged: 5, removed: 0, failed: 0" in run(app, file)


def test_an_export_needs_a_format(app, tmp_path):
    result = app.test_cli_runner().invoke(args=["export-people", str(tmp_path / "people.ods")])

    assert result.exit_code == 1
    assert ".xlsx or .csv" in result.output
