"""The release and its steps: migrations, indexes, and the first administrator account."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from learnstream import documents
from learnstream.errors import AppError
from learnstream.errors.accounts import EmailTaken
from learnstream.services.accounts import accounts, derivation
from learnstream.services.authoring import searchable
from learnstream.services.foundation import cursors, document_migrations
from learnstream.services.foundation.followers import registered
from learnstream.services.search import index
from learnstream.stores.sql import db
from learnstream.text import email_address

# The key of an advisory lock, an arbitrary unique number: concurrent releases must not migrate at the same time.
RELEASE_LOCK = 7_203_519_441


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
            click.echo(f"search: {index.compare()} entries brought up to date")
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
