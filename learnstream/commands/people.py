"""Import and export of people."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from learnstream.integrations.unusable import Unusable
from learnstream.services.enrollment.imports import exports, running, store
from learnstream.services.enrollment.imports.people import Entry
from learnstream.services.enrollment.imports.plans import Change, Plan
from learnstream.text import csv_tables, xlsx_tables


@click.command("import-people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="An XLSX file to write the errors to as well."
)
@with_appcontext
def import_people(file: Path, dry_run: bool, errors: Path | None) -> None:
    """Create and update the accounts of the people in a spreadsheet (XLSX or CSV).

    Repeating it changes nothing. Rows that fail are printed with their errors, and cost only themselves.
    """
    try:
        entries = running.read([file.read_bytes()]).entries
    except Unusable as error:
        raise click.ClickException(f"{error} ({error.code})") from None
    made = _import(entries, dry_run=dry_run)
    failures = [each for change in made for each in change.errors]
    if errors:
        with errors.open("wb") as target:
            target.writelines(xlsx_tables.render("Errors", exports.ERRORS, exports.errors(failures)))
    for failure in failures:
        click.echo(f"row {failure.row}, {failure.column} {failure.value!r}: {failure.message} ({failure.code})")
    counts = Plan(made).counts()
    click.echo(", ".join(f"{outcome}: {count}" for outcome, count in counts.items()))
    if counts["failed"]:
        raise click.exceptions.Exit(1)


def _import(entries: Sequence[Entry], *, dry_run: bool) -> list[Change]:
    """Import rows, or plan it only, with a progress bar; return what has become of them."""
    made: list[Change] = []
    with click.progressbar(length=len(entries), label="rows", file=sys.stderr) as bar:

        def record(batch: Sequence[Change]) -> None:
            made.extend(batch)
            bar.update(len(batch))

        record(running.plan(entries).changes) if dry_run else running.run(entries, by=None, record=record)
    return made


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
