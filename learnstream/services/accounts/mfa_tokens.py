"""Tokens between the two steps of a sign-in: the password was right, and a code is to follow.

A token is bound to the password, to the rights and to the second factor that it was issued for: each change of one of
them makes it invalid.
"""

from datetime import datetime, timedelta

from learnstream.errors.accounts import MfaTokenInvalid, NoSuchUser
from learnstream.models import User
from learnstream.services.accounts import accounts, second_factor
from learnstream.services.accounts.signed_tokens import TokenKind, state_of

# Longer than the pause after too many wrong codes.
LIFETIME = timedelta(minutes=10)
TOKENS = TokenKind("learnstream.mfa", LIFETIME, invalid=MfaTokenInvalid, expired=MfaTokenInvalid)


def mint(user: User, *, enabled_at: datetime) -> str:
    """Return a token for a user whose password was right; `enabled_at` is their second factor's."""
    return TOKENS.mint(state=_state(user, enabled_at), user=user.id)


def lock_holder(token: str) -> User:
    """Return the user of a token, locked until the transaction ends.

    Raises:
        MfaTokenInvalid: it is malformed or has expired, or what it is bound to has changed.
    """
    claims = TOKENS.read(token)
    try:
        user = accounts.lock(claims["user"])
    except NoSuchUser:
        raise MfaTokenInvalid() from None
    enabled_at = second_factor.enabled_at(user.id)
    if enabled_at is None:
        raise MfaTokenInvalid()
    claims.require_state(_state(user, enabled_at))
    return user


def _state(user: User, enabled_at: datetime) -> str:
    return state_of(user.password_hash, user.sessions_valid_from, enabled_at)
