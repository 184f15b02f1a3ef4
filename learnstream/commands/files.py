"""The file storage: its check, and the move of files to another one."""

import click
from flask import current_app
from flask.cli import with_appcontext

from learnstream.services.media import file_moves, storage_check

# Files after which `move-files` reports its progress.
PROGRESS = 100


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
