"""Verification of e-mail addresses by a mailed link, and what requires it."""

from flask import current_app

from learnstream.clock import now
from learnstream.errors.accounts import EmailUnverified, EmailVerified, LinkInvalid, NoSuchUser
from learnstream.integrations import mail
from learnstream.models import User
from learnstream.services.accounts import accounts, links, mail_commands, suppression
from learnstream.services.accounts.links import Purpose
from learnstream.services.accounts.mail_commands import MailCommand
from learnstream.services.accounts.signed_tokens import state_of
from learnstream.services.foundation import audit
from learnstream.stores.sql import db

# Values of REQUIRE_VERIFIED_EMAIL: a verified address is required never, for enrolling oneself, or for signing in, too.
NEVER, ENROLL, LOGIN = "never", "enroll", "login"


def is_required_for_login() -> bool:
    """Return whether accounts with unverified addresses cannot sign in."""
    return bool(current_app.config["REQUIRE_VERIFIED_EMAIL"] == LOGIN)


def require_for_login(user: User) -> None:
    """Require a verified address, if the configuration does so for signing in.

    Raises:
        EmailUnverified: the address is not verified.
    """
    if is_required_for_login() and user.email_verified_at is None:
        raise EmailUnverified()


def require_for_enrolling(user_id: int) -> None:
    """Require a verified address, if the configuration does so for enrolling.

    Raises:
        EmailUnverified: the address is not verified.
    """
    if current_app.config["REQUIRE_VERIFIED_EMAIL"] == NEVER:
        return
    if accounts.get(user_id).email_verified_at is None:
        raise EmailUnverified()


def send_link(user_id: int) -> None:
    """Have a link mailed to an account's address.

    Raises:
        EmailVerified: the address is verified.
        MailUnconfigured: this deployment sends no mails.
    """
    require_unverified(accounts.get(user_id))
    mail.require_configured()
    mail_commands.add(MailCommand.VERIFY_EMAIL, user_id=user_id)


def require_unverified(user: User) -> None:
    """Require that an address is not verified yet, or is to be verified again since mail to it was returned.

    Raises:
        EmailVerified: it is.
    """
    if not is_to_be_verified(user):
        raise EmailVerified()


def is_to_be_verified(user: User) -> bool:
    """True if an address is not verified yet, or is suppressed."""
    return user.email_verified_at is None or suppression.find(user.email) is not None


def mint_token(user: User) -> str:
    """Return the token with which the present address can be verified."""
    return links.mint(Purpose.VERIFY_EMAIL, state=_state(user), user=user.id)


def verify(token: str) -> None:
    """Mark an address as verified.

    Raises:
        LinkInvalid, LinkExpired: see `links.read`; also if the address is verified or has changed.
    """
    claims = links.read(Purpose.VERIFY_EMAIL, token)
    try:
        user = accounts.lock(claims["user"])
    except NoSuchUser:
        raise LinkInvalid() from None
    claims.require_state(_state(user))
    user.email_verified_at = now()
    suppression.lift(user.email)
    audit.record_about_user("user.email_verified", user.id, by=None)
    db.session.flush()


def _state(user: User) -> str:
    return state_of(user.id, user.email, user.email_changed_at, user.email_verified_at)
