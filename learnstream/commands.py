"""What operators type: `flask release`, `flask ensure-indexes`, … Each is safe to run twice, and twice at once."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import text

from learnstream import documents
from learnstream.errors import AppError
from learnstream.errors.accounts import EmailTaken
from learnstream.errors.video_service import Unconfigured, VideoServiceError
from learnstream.integrations import video
from learnstream.services.accounts import accounts, derivation
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.authoring import searchable
from learnstream.services.foundation import document_migrations, outbox, personal_data
from learnstream.services.media import inventory, reconciliation, webhooks
from learnstream.stores.sql import db
from learnstream.text import email_address

# Any number will do as long as nobody else takes it: two releases at once must not migrate side by side.
RELEASE_LOCK = 7_203_519_441


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
        personal_data_page,
    ):
        app.cli.add_command(command)


@click.command("personal-data")
def personal_data_page() -> None:
    """Print the map of personal data as Markdown; docs/privacy.md is its output."""
    click.echo("\n".join(personal_data.page()))


@click.command("release")
@with_appcontext
def release() -> None:
    """Prepare the stores for this version: migrations, indexes, repairs and the first administrator."""
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": RELEASE_LOCK})
        try:
            upgrade()
            click.echo("migrations: up to date")
            _ensure_indexes()
            _migrate_documents()
            _derive_missing()
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
    """Build MongoDB's indexes where they are missing."""
    _ensure_indexes()


@click.command("create-admin")
@click.option("--email", help="Default: ADMIN_EMAIL; asked for if there is none.")
@click.option("--password", help="Default: ADMIN_PASSWORD; asked for, unseen, if there is none.")
@click.option("--name", default="Administrator", show_default=True)
@with_appcontext
def create_admin(email: str | None, password: str | None, name: str) -> None:
    """Make an administrator; one who is there already is left alone, password and all."""
    config = current_app.config
    email = email or config["ADMIN_EMAIL"] or click.prompt("E-mail address")
    password = password or config["ADMIN_PASSWORD"] or click.prompt("Password", hide_input=True)
    try:
        email = email_address.normalize(email)
        made = accounts.ensure_administrator(email=email, password=password, name=name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--email") from None
    except EmailTaken:
        raise click.ClickException(f"{email} belongs to somebody who is no administrator: change the role.") from None
    except AppError as error:
        raise click.ClickException(error.detail) from None
    db.session.commit()
    click.echo(f"administrator: {email} {'made' if made else 'is there already'}")


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Do at once what the schedule does bit by bit: retry events, look for lost assets, review videos, relay messages."""
    applied = webhooks.retry_due()
    compared = inventory.compare_all()
    reviewed = reconciliation.review_unsettled()
    relayed = outbox.relay()
    click.echo(f"events applied: {applied}, videos reviewed: {reviewed}, messages relayed: {relayed}")
    if not compared:
        click.echo("assets: the video service's list could not be had", err=True)


@click.command("roll-up")
@with_appcontext
def roll_up() -> None:
    """Do at once what the schedule does once a minute: bring analytics and learners' progress up to date."""
    told = pending_events.move()
    done = rollup.run(rest=0)
    click.echo(f"figures: {'up to date' if done else 'another worker is at it'}, events: {told} moved")


@click.command("mux-create-signing-key")
@with_appcontext
def create_signing_key() -> None:
    """Make a key for playback tokens at Mux and print its two variables. Mux shows the private half this once."""
    try:
        key = video.service().create_signing_key()
    except (VideoServiceError, Unconfigured) as error:
        raise click.ClickException(f"{error.detail} ({error})") from None
    click.echo(f"MUX_SIGNING_KEY_ID={key.id}")
    click.echo(f"MUX_SIGNING_PRIVATE_KEY={key.private_key}")


def _ensure_first_administrator() -> None:
    email, password = current_app.config["ADMIN_EMAIL"], current_app.config["ADMIN_PASSWORD"]
    if not email:
        return
    try:
        made = accounts.ensure_administrator(email=email, password=password)
    except EmailTaken:
        # Whoever registered with this address first does not become an administrator by it, nor stops a release.
        click.echo(f"administrator: {email} belongs to somebody who is none, and is left alone", err=True)
        return
    db.session.commit()
    click.echo(f"administrator: {email} {'made' if made else 'is there already'}")


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
    click.echo(f"accounts: {derivation.derive_missing()} brought up to date")
    for user, holder in derivation.without_key():
        of = f"account {holder.id}" if holder else "an account that is gone"
        click.echo(f"account {user.id}: its address is now that of {of}; give it another one", err=True)


def _ensure_indexes() -> None:
    click.echo(f"indexes: {', '.join(documents.ensure_indexes())}")
