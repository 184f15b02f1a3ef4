"""Tokens between the two steps of a sign-in: the password was right, and a code is to follow.

A token is signed, and bound to the password, to the rights and to the second factor that it was issued for: each change
of one of them makes it invalid.
"""

from datetime import datetime
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from learnstream.errors.accounts import MfaTokenInvalid, NoSuchUser
from learnstream.models import User
from learnstream.services.accounts import accounts, second_factor

# Longer than the pause after too many wrong codes.
LIFETIME_SECONDS = 600


def mint(user: User, *, enabled_at: datetime) -> str:
    """Return a token for a user whose password was right; `enabled_at` is their second factor's."""
    return str(_serializer().dumps([user.id, _state(user, enabled_at)]))


def lock_holder(token: str) -> User:
    """Return the user of a token, locked until the transaction ends.

    Raises:
        MfaTokenInvalid: it is malformed or has expired, or what it is bound to has changed.
    """
    try:
        user_id, state = _serializer().loads(token, max_age=LIFETIME_SECONDS)
        user = accounts.lock(user_id)
    except (BadData, NoSuchUser):
        raise MfaTokenInvalid() from None
    enabled_at = second_factor.enabled_at(user.id)
    if enabled_at is None or _state(user, enabled_at) != state:
        raise MfaTokenInvalid()
    return user


def _state(user: User, enabled_at: datetime) -> str:
    bound_to = (user.password_hash, user.sessions_valid_from.isoformat(), enabled_at.isoformat())
    return sha256("\n".join(bound_to).encode()).hexdigest()[:32]


def _serializer() -> URLSafeTimedSerializer:
    signer = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="mfa-token", signer_kwargs=signer)
