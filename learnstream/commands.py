"""Commands for operators: `flask release`, `flask ensure-indexes`, … Each may be repeated, and run concurrently."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from learnstream import documents
from learnstream.errors import AppError, codes
from learnstream.errors.accounts import EmailTaken, SecondFactorUnconfigured
from learnstream.errors.video_service import Unconfigured, VideoServiceError
from learnstream.integrations import video
from learnstream.integrations.unusable import Unusable
from learnstream.models.mail import MailTemplate
from learnstream.services.accounts import accounts, derivation, key_rotation
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.authoring import searchable
from learnstream.services.enrollment.imports import exports, running, store
from learnstream.services.enrollment.imports.plans import Change, Plan
from learnstream.services.foundation import cursors, document_migrations, events, following, outbox, personal_data
from learnstream.services.foundation.followers import registered
from learnstream.services.media import file_moves, inventory, reconciliation, storage_check, webhooks
from learnstream.services.messaging import preview
from learnstream.stores.sql import db
from learnstream.text import csv_tables, email_address, xlsx_tables
from learnstream.text.translation import LANGUAGES

# The key of an advisory lock, an arbitrary unique number: concurrent releases must not migrate at the same time.
RELEASE_LOCK = 7_203_519_441
# Files after which `move-files` reports its progress.
PROGRESS = 100


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (
        release,
        migrate_documents,
        ensure_indexes,
        create_admin,
        reconcile,
        roll_up,
        create_signing_key,
        encrypt_second_factors,
        check_files,
        move_files,
        import_people,
        export_people,
        personal_data_page,
        error_codes_page,
        preview_mails,
    ):
        app.cli.add_command(command)


@click.command("personal-data")
def personal_data_page() -> None:
    """Print the map of personal data as Markdown; docs/privacy.md is its output."""
    click.echo("\n".join(personal_data.page()))


@click.command("error-codes")
def error_codes_page() -> None:
    """Print all error codes as Markdown; docs/errors.md is its output."""
    click.echo("\n".join(codes.page()))


@click.command("mail-preview")
@click.argument(
    "template", required=False, metavar="[TEMPLATE]", type=click.Choice([each.value for each in MailTemplate])
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Default: all languages.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default="artifacts/mails", show_default=True
)
def preview_mails(template: str | None, language: str | None, output: Path) -> None:
    """Write sample mails as HTML and text, all or those of one template, and print the files."""
    templates = [MailTemplate(template)] if template else [*MailTemplate]
    languages = [language] if language else [*LANGUAGES]
    for file in preview.write(output, templates, languages):
        click.echo(file)


@click.command("release")
@with_appcontext
def release() -> None:
    """Prepare the stores for this version: migrations, indexes, repairs and the first administrator account."""
    from flask_migrate import upgrade  # noqa: PLC0415 - web workers import this module, but not Alembic

    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": RELEASE_LOCK})
        try:
            upgrade()
            click.echo("migrations: up to date")
            _ensure_indexes()
            _migrate_documents()
            _derive_missing()
            # Before any process of this release causes events that they would miss.
            cursors.register([*registered.values()])
            click.echo(f"courses made searchable: {searchable.add_missing()}")
            _ensure_first_administrator()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": RELEASE_LOCK})


@click.command("document-migrate")
@click.option("--dry-run", is_flag=True, help="Count what would change, and change nothing.")
@with_appcontext
def migrate_documents(dry_run: bool) -> None:
    """Run the migrations of MongoDB documents that are pending; the release does the same."""
    if dry_run:
        _echo_migrations(document_migrations.preview(), "would change")
    else:
        _migrate_documents()


@click.command("ensure-indexes")
@with_appcontext
def ensure_indexes() -> None:
    """Create missing MongoDB indexes."""
    _ensure_indexes()


@click.command("create-admin")
@click.option("--email", help="Default: ADMIN_EMAIL; prompted for if that is not set.")
@click.option("--password", help="Default: ADMIN_PASSWORD; prompted for, hidden, if that is not set.")
@click.option("--name", default="Administrator", show_default=True)
@with_appcontext
def create_admin(email: str | None, password: str | None, name: str) -> None:
    """Create an administrator; an existing one is left unchanged, including the password."""
    config = current_app.config
    email = email or config["ADMIN_EMAIL"] or click.prompt("E-mail address")
    password = password or config["ADMIN_PASSWORD"] or click.prompt("Password", hide_input=True)
    try:
        email = email_address.normalize(email)
        created = accounts.ensure_administrator(email=email, password=password, name=name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--email") from None
    except EmailTaken:
        raise click.ClickException(f"{email} belongs to a user who is not an administrator; change the role.") from None
    except AppError as error:
        raise click.ClickException(error.detail) from None
    db.session.commit()
    click.echo(f"administrator: {email} {'created' if created else 'exists already'}")


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Run the scheduled reconciliation now: apply webhook events, find lost assets, review videos, run background work."""
    applied = webhooks.retry_due()
    compared = inventory.compare_all()
    reviewed = reconciliation.review_unsettled()
    events.publish()
    followed, relayed = following.follow_all(), outbox.relay()
    click.echo(
        f"webhook events applied: {applied}, videos reviewed: {reviewed}, "
        f"events followed: {followed}, messages relayed: {relayed}"
    )
    if not compared:
        click.echo("assets: could not list the video service's assets", err=True)


@click.command("roll-up")
@with_appcontext
def roll_up() -> None:
    """Run the scheduled rollup now: update analytics and learners' course progress."""
    moved = pending_events.move()
    done = rollup.run(rest=0)
    click.echo(f"figures: {'up to date' if done else 'another worker is updating them'}, events: {moved} moved")


@click.command("mux-create-signing-key")
@with_appcontext
def create_signing_key() -> None:
    """Create a Mux signing key for playback tokens and print its two variables. Mux shows the private key only once."""
    try:
        key = video.service().create_signing_key()
    except (VideoServiceError, Unconfigured) as error:
        raise click.ClickException(f"{error.detail} ({error})") from None
    click.echo(f"MUX_SIGNING_KEY_ID={key.id}")
    click.echo(f"MUX_SIGNING_PRIVATE_KEY={key.private_key}")


@click.command("encrypt-second-factors")
@with_appcontext
def encrypt_second_factors() -> None:
    """Encrypt all second factors with the first of SECOND_FACTOR_KEYS; the others can then be removed."""
    try:
        done = key_rotation.rotate()
    except SecondFactorUnconfigured as error:
        raise click.ClickException(f"{error.detail} Set SECOND_FACTOR_KEYS.") from None
    click.echo(f"second factors: {done.number} encrypted anew")
    if done.undecryptable:
        users = ", ".join(map(str, done.undecryptable))
        raise click.ClickException(f"SECOND_FACTOR_KEYS lacks the key of the second factors of these users: {users}")


@click.command("check-files")
@with_appcontext
def check_files() -> None:
    """Try what the application and browsers need of the configured file storage."""
    results = []
    for result in storage_check.run(current_app.config["CORS_ORIGINS"]):
        results.append(result)
        click.echo(f"failed  {result.step}: {result.problem}" if result.problem else f"ok      {result.step}")
    if any(result.problem for result in results):
        raise click.exceptions.Exit(1)


@click.command("move-files")
@with_appcontext
def move_files() -> None:
    """Move files to the storage for new files, after it was configured; they stay readable meanwhile."""
    moved = file_moves.Moved()
    try:
        for number, moved in enumerate(file_moves.move_all(), start=1):
            if number % PROGRESS == 0:
                click.echo(f"files moved so far: {moved.count}, bytes: {moved.size}", err=True)
    except file_moves.Sweeping:
        raise click.ClickException("a sweep of files is running; try again in a few minutes") from None
    click.echo(f"files moved: {moved.count}, bytes: {moved.size}, failed: {moved.failed}")
    if moved.failed:
        raise click.exceptions.Exit(1)


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
    made: list[Change] = []
    with click.progressbar(length=len(entries), label="rows", file=sys.stderr) as bar:

        def record(batch: Sequence[Change]) -> None:
            made.extend(batch)
            bar.update(len(batch))

        record(running.plan(entries).changes) if dry_run else running.run(entries, by=None, record=record)
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


def _ensure_first_administrator() -> None:
    email, password = current_app.config["ADMIN_EMAIL"], current_app.config["ADMIN_PASSWORD"]
    if not email:
        return
    try:
        created = accounts.ensure_administrator(email=email, password=password)
    except EmailTaken:
        # A user who registered with this address must not become an administrator, nor fail the release.
        click.echo(f"administrator: {email} belongs to a user with another role and is left unchanged", err=True)
        return
    db.session.commit()
    click.echo(f"administrator: {email} {'created' if created else 'exists already'}")


def _migrate_documents() -> None:
    def report(name: str, read: int) -> None:
        click.echo(f"{name}: {read} documents read", err=True)

    try:
        _echo_migrations(document_migrations.migrate(report), "changed")
    except document_migrations.Busy:
        raise click.ClickException("Another process is migrating documents; try again when it is done.") from None


def _echo_migrations(results: list[document_migrations.Result], verb: str) -> None:
    for result in results:
        click.echo(f"{result.name}: {verb} {result.changed} of {result.read} documents")
    if not results:
        click.echo("documents: up to date")


def _derive_missing() -> None:
    click.echo(f"accounts: {derivation.derive_missing()} updated")
    for user, holder in derivation.without_key():
        other = f"account {holder.id}" if holder else "an account that no longer exists"
        click.echo(f"account {user.id}: its address is now that of {other}; change it to another one", err=True)


def _ensure_indexes() -> None:
    click.echo(f"indexes: {', '.join(documents.ensure_indexes())}")
