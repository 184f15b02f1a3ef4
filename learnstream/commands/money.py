"""The ledger's check."""

import click
from flask.cli import with_appcontext

from learnstream.services.commerce import ledger_check


@click.command("check-ledger")
@with_appcontext
def check_ledger() -> None:
    """Compare the ledger with payments, refunds, disputes and orders, and name each order that does not add up."""
    wrong = set()
    for found in ledger_check.check():
        wrong.add(found.order_id)
        click.echo(f"order {found.order_id}: {found.problem}")
    click.echo(f"orders that do not add up: {len(wrong)}")
    if wrong:
        raise click.exceptions.Exit(1)
