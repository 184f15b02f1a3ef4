"""Links that act for an account without a sign-in, from mails: signed tokens, each for one purpose.

A token names its account or change and is bound to the state that it changes. It is therefore valid once, and no longer
when that state changes in another way.
"""

import enum
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import current_app

from learnstream.errors.accounts import LinkExpired, LinkInvalid
from learnstream.services.accounts.signed_tokens import Claims, TokenKind

HOUR = timedelta(hours=1)


class Purpose(enum.StrEnum):
    """The purpose of a link. The value is part of the signature: a token for one purpose is invalid for another."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose
    CONFIRM_ADDRESS = "confirm_address"
    UNDO_ADDRESS = "undo_address"
    INVITATION = "invitation"


LIFETIMES = {
    Purpose.VERIFY_EMAIL: 24 * HOUR,
    Purpose.RESET_PASSWORD: HOUR,
    Purpose.CONFIRM_ADDRESS: 24 * HOUR,
    Purpose.UNDO_ADDRESS: 72 * HOUR,
    Purpose.INVITATION: 14 * 24 * HOUR,
}
# The pages of our own; a front end may have others for some of them.
PAGES = {
    Purpose.VERIFY_EMAIL: "/verify-email",
    Purpose.RESET_PASSWORD: "/reset-password",
    Purpose.CONFIRM_ADDRESS: "/confirm-address",
    Purpose.UNDO_ADDRESS: "/undo-address",
    Purpose.INVITATION: "/invitation",
}


def mint(purpose: Purpose, *, state: str, **claims: Any) -> str:
    """Return a token, as `TokenKind.mint` does."""
    return _kind(purpose).mint(state=state, **claims)


def read(purpose: Purpose, token: str) -> Claims:
    """Return the claims of a token. The caller must compare the state.

    Raises:
        LinkInvalid: the token is malformed, or was signed for another purpose or with another secret.
        LinkExpired: it is too old.
    """
    return _kind(purpose).read(token)


def url(purpose: Purpose, token: str, *, base: str = "") -> str:
    """Return the URL of a link: of the front end's page where the configuration names one, else of our own.

    base: where this application is reached, if `PUBLIC_URL` is not set.
    """
    own = f"{current_app.config['PUBLIC_URL']}{PAGES[purpose]}?token={{token}}"
    template: str = current_app.config.get(f"LINK_{purpose.name}") or own
    link = template.replace("{token}", quote(token, safe=""))
    return base.rstrip("/") + link if link.startswith("/") else link


def _kind(purpose: Purpose) -> TokenKind:
    return TokenKind(f"learnstream.links.{purpose}", LIFETIMES[purpose], invalid=LinkInvalid, expired=LinkExpired)
