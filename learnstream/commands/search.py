"""The search index."""

import click
from flask.cli import with_appcontext

from learnstream.services.search import index


@click.command("rebuild-search")
@with_appcontext
def rebuild_search() -> None:
    """Compute the search index anew, in batches, while it is in use."""
    index.rebuild(lambda kind, done: click.echo(f"{kind}s: {done}", err=True))
    click.echo("search: rebuilt")
