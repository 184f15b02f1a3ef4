"""Short signed texts that clients send back, such as ids of viewings: the server stores nothing of them."""

import re
from dataclasses import dataclass
from hashlib import sha256

from flask import current_app
from itsdangerous import BadSignature, Signer


@dataclass(frozen=True, slots=True)
class SignedText:
    """A kind of signed text. `salt` separates it from other kinds; `shape` matches every text of this kind."""

    salt: str
    shape: re.Pattern[str]

    def sign(self, text: str) -> str:
        """Return the text with its signature."""
        return self._signer().sign(text).decode()

    def read(self, token: str) -> re.Match[str] | None:
        """Return the match of a signed text; None if it is malformed or was signed otherwise."""
        try:
            return self.shape.fullmatch(self._signer().unsign(token.encode()).decode())
        except (BadSignature, UnicodeError):
            return None

    def _signer(self) -> Signer:
        # All rotated keys are accepted, so that a rotation neither cuts off readers nor loses what a client could not send
        # for days.
        keys = current_app.config["JWT_SECRET_KEYS"][::-1]
        return Signer(keys, salt=self.salt, key_derivation="hmac", digest_method=sha256)
