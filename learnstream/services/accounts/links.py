"""Links that act for an account without a sign-in, from mails: signed tokens, each for one purpose.

A token names its account or change and contains a fingerprint of the state that it changes. It is therefore valid once,
and no longer when that state changes in another way; no row has to be stored for it.
"""

import enum
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from learnstream.clock import now
from learnstream.errors.accounts import LinkExpired, LinkInvalid

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


@dataclass(frozen=True, slots=True)
class Claims:
    """The content of a valid token. `state` is the fingerprint of the state when it was minted."""

    values: dict[str, Any]
    state: str

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def require_state(self, state: str) -> None:
        """Require that the state is still the one for which the token was minted.

        Raises:
            LinkInvalid: the link was used, or what it would change has changed otherwise.
        """
        if not hmac.compare_digest(self.state, _fingerprint(state)):
            raise LinkInvalid()


def state_of(*parts: object) -> str:
    """Return the state that consists of these parts; times are compared as instants, whatever their time zone."""
    return "\n".join(str(part.timestamp() if isinstance(part, datetime) else part) for part in parts)


def mint(purpose: Purpose, *, state: str, **claims: Any) -> str:
    """Return a token. `state` may contain secrets, of which the token contains only a keyed hash; `claims` are readable."""
    return _serializer(purpose).dumps({"state": _fingerprint(state), **claims})


def read(purpose: Purpose, token: str, *, max_age: timedelta | None = None) -> Claims:
    """Return the claims of a token. The caller must compare the state.

    max_age: by default the lifetime of links for this purpose.

    Raises:
        LinkInvalid: the token is malformed, or was signed for another purpose or with another secret.
        LinkExpired: it is too old.
    """
    try:
        values, signed_at = _serializer(purpose).loads(token, return_timestamp=True)
    except (BadData, ValueError):
        raise LinkInvalid() from None
    # Not checked by the library, which also rejects a token from a process whose clock is a second ahead.
    if int(now().timestamp()) - signed_at.timestamp() > (max_age or LIFETIMES[purpose]).total_seconds():
        raise LinkExpired()
    return Claims(values, values.pop("state"))


def url(purpose: Purpose, token: str, *, base: str = "") -> str:
    """Return the URL of a link: of the front end's page where the configuration names one, else of our own.

    base: where this application is reached, if `PUBLIC_URL` is not set.
    """
    own = f"{current_app.config['PUBLIC_URL']}{PAGES[purpose]}?token={{token}}"
    template: str = current_app.config.get(f"LINK_{purpose.name}", own)
    link = template.replace("{token}", quote(token, safe=""))
    return base.rstrip("/") + link if link.startswith("/") else link


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"],
        salt=f"learnstream.links.{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _fingerprint(state: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, b"learnstream.links.state\n" + state.encode(), hashlib.sha256).hexdigest()[:32]
