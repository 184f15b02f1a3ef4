import os
import pty
import re
import subprocess
import sys

import pytest
from sqlalchemy import select

from learnstream.integrations import spreadsheets
from learnstream.models.invitation import Invitation
from learnstream.services.accounts import accounts
from learnstream.stores.sql import db
from tests.server import ROOT
from tests.spreadsheets import PEOPLE

THREE = "name,email\n" + "".join(f"{name},{name.lower()}@example.com\n" for name in ("Ana", "Rui", "Eva"))


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


@pytest.fixture
def three(tmp_path):
    file = tmp_path / "three.csv"
    file.write_text(THREE)
    return file


def test_imported_students_are_invited_once(app, admin, three):
    first = run(app, three, "--invite", "--by", admin.email.upper())
    again = run(app, three, "--invite", "--by", admin.email)

    assert "created: 3, updated: 0, unchanged: 0, removed: 0, failed: 0, invited: 3" in first
    assert "unchanged: 3, removed: 0, failed: 0, invited: 0" in again
    assert set(db.session.scalars(select(Invitation.invited_by))) == {admin.id}


def test_a_dry_run_says_who_would_be_invited(app, admin, three):
    assert "invited: 3" in run(app, three, "--dry-run", "--invite", "--by", admin.email)
    assert db.session.scalars(select(Invitation)).all() == []


def test_an_administrator_invites(app, three, owner):
    assert "--by" in run(app, three, "--invite", exit_code=2)
    for address in (owner.email, "nobody@example.com"):
        refused = run(app, three, "--invite", "--by", address, exit_code=2)
        assert f"{address} is not the address of an active administrator" in refused
    assert accounts.find("ana@example.com") is None


def read_terminal(terminal):
    """Return what a process writes to its terminal until it closes it."""
    found = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # how Linux tells the end
            return found.decode()
        if not part:
            return found.decode()
        found += part


def test_a_terminal_shows_a_progress_bar(app, settings, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text("name,email\n" + "".join(f"Person {n},p{n}@example.com\n" for n in range(600)) + "Bad,bad\n")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-people", str(file)]
    shown = []
    for options in (["--dry-run"], []):
        terminal, inside = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **settings}
        with subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdin=inside, stdout=inside, stderr=inside
        ) as process:
            os.close(inside)
            shown.append(read_terminal(terminal))
            assert process.wait(timeout=60) == 1, shown
        os.close(terminal)

    planned, imported = shown
    assert re.search(r"rows +\[#+\] +100%", planned)
    assert set(re.findall(r"\d+%", imported)) >= {"33%", "66%", "99%", "100%"}
    for text in shown:
        assert "row 602, email 'bad': " in text
        assert "created: 600, updated: 0, unchanged: 0, removed: 0, failed: 1" in text
    assert accounts.find("p599@example.com") is not None
