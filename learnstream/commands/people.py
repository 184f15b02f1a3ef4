"""Import and export of people."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from learnstream.integrations.unusable import Unusable
from learnstream.models import Role
from learnstream.services.accounts import accounts
from learnstream.services.enrollment.imports import exports, inviting, running, store
from learnstream.services.enrollment.imports.people import Entry
from learnstream.services.enrollment.imports.plans import Change, Plan
from learnstream.text import csv_tables, xlsx_tables


@click.command("import-people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="An XLSX file to write the errors to as well."
)
@click.option("--invite", is_flag=True, help="Invite imported students who have no password and were never invited.")
@click.option("--by", metavar="ADDRESS", help="The administrator who imports; invitations need one.")
@with_appcontext
def import_people(file: Path, dry_run: bool, errors: Path | None, invite: bool, by: str | None) -> None:
    """Create and update the accounts of the people in a spreadsheet (XLSX or CSV).

    Repeating it changes nothing. Rows that fail are printed with their errors, and cost only themselves.
    """
    importer = _Importer(_find_administrator(by) if by else None, invite)
    try:
        entries = running.read([file.read_bytes()]).entries
    except Unusable as error:
        raise click.ClickException(f"{error} ({error.code})") from None
    importer.carry_out(entries, dry_run=dry_run)
    failures = [each for change in importer.made for each in change.errors]
    if errors:
        with errors.open("wb") as target:
            target.writelines(xlsx_tables.render("Errors", exports.ERRORS, exports.errors(failures)))
    for failure in failures:
        click.echo(f"row {failure.row}, {failure.column} {failure.value!r}: {failure.message} ({failure.code})")
    counts = importer.counts()
    click.echo(", ".join(f"{outcome}: {count}" for outcome, count in counts.items()))
    if counts["failed"]:
        raise click.exceptions.Exit(1)


def _find_administrator(address: str) -> int:
    found = accounts.find(address)
    if found is None or not found.is_active or found.role is not Role.ADMIN:
        raise click.BadParameter(f"{address} is not the address of an active administrator.", param_hint="--by")
    return found.id


class _Importer:
    """Imports rows, or plans it only, with a progress bar; `made` is what has become of them."""

    def __init__(self, by: int | None, invite: bool) -> None:
        if invite and by is None:
            raise click.UsageError("--invite needs --by, the address of the administrator who invites.")
        self._by, self._inviter = by, by if invite else None
        self._invited = 0
        self.made: list[Change] = []

    def carry_out(self, entries: Sequence[Entry], *, dry_run: bool) -> None:
        with click.progressbar(length=len(entries), label="rows", file=sys.stderr) as bar:

            def record(batch: Sequence[Change]) -> None:
                self._record(batch, dry_run)
                bar.update(len(batch))

            if dry_run:
                record(running.plan(entries).changes)
            else:
                running.run(entries, by=self._by, record=record)

    def counts(self) -> dict[str, int]:
        return Plan(self.made).counts() | ({} if self._inviter is None else {"invited": self._invited})

    def _record(self, batch: Sequence[Change], dry_run: bool) -> None:
        self.made.extend(batch)
        if self._inviter is not None:
            due = len(inviting.find_due(batch)) if dry_run else inviting.invite(batch, by=self._inviter)
            self._invited += due


@click.command("export-people")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_people(file: Path) -> None:
    """Write all accounts that are not disabled to an XLSX or CSV file. Importing it changes nothing."""
    accounts_of_all = store.browse_active()
    if file.suffix.lower() == ".xlsx":
        with file.open("wb") as target:
            target.writelines(xlsx_tables.render("People", exports.PEOPLE, exports.people_in_workbook(accounts_of_all)))
    elif file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8", newline="") as table:
            table.writelines(csv_tables.render(exports.PEOPLE, exports.people(accounts_of_all)))
    else:
        raise click.ClickException("Name the file .xlsx or .csv.")
