"""Scheduled work, run at once, and keys."""

import click
from flask.cli import with_appcontext

from learnstream.errors.accounts import SecondFactorUnconfigured
from learnstream.errors.video_service import Unconfigured, VideoServiceError
from learnstream.integrations import video
from learnstream.services.accounts import key_rotation
from learnstream.services.analytics import pending_events, quiz_figures, rollup
from learnstream.services.commerce import event_work
from learnstream.services.commerce import reconciliation as payment_reconciliation
from learnstream.services.foundation import events, following, outbox
from learnstream.services.media import inventory, reconciliation, webhooks


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Run the scheduled reconciliation now: apply webhook events, compare orders, review videos, run background work."""
    applied = webhooks.retry_due()
    payment_reconciliation.run()
    # After that, since it has received those that were never delivered.
    handled = event_work.handle_due()
    compared = inventory.compare_all()
    reviewed = reconciliation.review_unsettled()
    events.publish()
    followed, relayed = following.follow_all(), outbox.relay()
    click.echo(
        f"webhook events applied: {applied}, payment events handled: {handled}, videos reviewed: {reviewed}, "
        f"events followed: {followed}, messages relayed: {relayed}"
    )
    if not compared:
        click.echo("assets: could not list the video service's assets", err=True)
    if payment_error := payment_reconciliation.report()["last_error"]:
        click.echo(f"payments: {payment_error}", err=True)


@click.command("roll-up")
@with_appcontext
def roll_up() -> None:
    """Run the scheduled rollup now: update analytics and learners' course progress."""
    moved = pending_events.move()
    done = rollup.run(rest=0)
    quiz_figures.update()
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
