"""Notices of persons who want to be forgotten."""

import click
from flask.cli import with_appcontext

from learnstream.services.messaging.notices import erasing


@click.command("erase-notices")
@click.argument("user_id", type=click.IntRange(min=1))
@with_appcontext
def erase_notices(user_id: int) -> None:
    """Delete what a user was told. Disable the account before, so that it gets no new notices."""
    click.echo(f"notices: {erasing.erase(user_id)} erased")
