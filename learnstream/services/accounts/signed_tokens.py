"""Signed tokens that act for an account without a session: those of mailed links, and between the steps of a sign-in.

A token contains readable claims and a fingerprint of the state that it is bound to, so that it becomes invalid when that
state changes; no row has to be stored for it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from learnstream.clock import now
from learnstream.errors import AppError

# How far the clock of the process that minted a token may be ahead. The library would tolerate nothing.
CLOCK_SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claims:
    """The content of a valid token. `state` is the fingerprint of the state when it was minted."""

    kind: "TokenKind"
    values: dict[str, Any]
    state: str

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def require_state(self, state: str) -> None:
        """Require that the state is still the one for which the token was minted.

        Raises:
            The kind's `invalid`: the token was used, or what it would change has changed otherwise.
        """
        if not hmac.compare_digest(self.state, self.kind.fingerprint(state)):
            raise self.kind.invalid()


@dataclass(frozen=True, slots=True)
class TokenKind:
    """A kind of token. `name` is part of the signature: a token of one kind is invalid as one of another."""

    name: str
    lifetime: timedelta
    invalid: type[AppError]
    expired: type[AppError]

    def mint(self, *, state: str, **claims: Any) -> str:
        """Return a token. `state` may contain secrets, of which the token contains only a keyed hash."""
        return str(self._serializer().dumps({"state": self.fingerprint(state), **claims}))

    def read(self, token: str) -> Claims:
        """Return the claims of a token. The caller must compare the state.

        Raises:
            The kind's `invalid`: the token is malformed, or was signed for another kind or with another secret.
            The kind's `expired`: it is too old, or from a clock that is too far ahead.
        """
        try:
            values, signed_at = self._serializer().loads(token, return_timestamp=True)
        except (BadData, ValueError):
            raise self.invalid() from None
        age = int(now().timestamp()) - signed_at.timestamp()
        if not -CLOCK_SKEW.total_seconds() <= age <= self.lifetime.total_seconds():
            raise self.expired()
        return Claims(self, values, values.pop("state"))

    def fingerprint(self, state: str) -> str:
        """Return the keyed hash of a state."""
        key = current_app.config["SECRET_KEY"].encode()
        return hmac.new(key, f"{self.name}.state\n{state}".encode(), hashlib.sha256).hexdigest()[:32]

    def _serializer(self) -> URLSafeTimedSerializer:
        signer = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=self.name, signer_kwargs=signer)


def state_of(*parts: object) -> str:
    """Return the state that consists of these parts; times are compared as instants, whatever their time zone."""
    return "\n".join(str(part.timestamp() if isinstance(part, datetime) else part) for part in parts)
