"""Reviews of persons who want to be forgotten."""

import click
from flask.cli import with_appcontext

from learnstream.services.reviews import erasing


@click.command("erase-reviews")
@click.argument("user_id", type=click.IntRange(min=1))
@with_appcontext
def erase_reviews(user_id: int) -> None:
    """Remove a user's name and texts from their reviews, and the user from what they said about others'. Stars stay."""
    click.echo(f"reviews: {erasing.erase(user_id)} erased")
