"""What operators type: `flask release`, `flask ensure-indexes`, … Each is safe to run twice, and twice at once."""

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import text

from learnstream import documents
from learnstream.extensions import db

# Any number will do as long as nobody else takes it: two releases at once must not migrate side by side.
RELEASE_LOCK = 7_203_519_441


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (release, ensure_indexes):
        app.cli.add_command(command)


@click.command("release")
@with_appcontext
def release() -> None:
    """Prepare the stores for this version: migrations and indexes."""
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": RELEASE_LOCK})
        try:
            upgrade()
            click.echo("migrations: up to date")
            _ensure_indexes()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": RELEASE_LOCK})


@click.command("ensure-indexes")
@with_appcontext
def ensure_indexes() -> None:
    """Build MongoDB's indexes where they are missing."""
    _ensure_indexes()


def _ensure_indexes() -> None:
    click.echo(f"indexes: {', '.join(documents.ensure_indexes())}")
