"""Changes that users make to their own accounts. Changing address or password requires the current password."""

from typing import Any
from uuid import UUID

from learnstream.errors import Unprocessable
from learnstream.models import EventType, User
from learnstream.services.accounts import accounts, password_check, sessions
from learnstream.services.foundation import audit, events
from learnstream.stores.sql import db


def change(
    *, user_id: int, session_id: UUID, network: str, current_password: str | None = None, **changes: Any
) -> User:
    """Change a user's own `name`, `email` or `password`; a new password ends all sessions but the one given.

    Raises:
        Unprocessable: address or password is to change, but the current password is missing.
        WrongPassword: it is wrong, or was changed meanwhile. An audit entry may be pending and must be committed.
        TooManyFailures: it was wrong too often, or too many addresses from the network were taken.
        PasswordRefused: the new password is too easy to guess.
        EmailTaken: another account has the new address.
    """
    user = accounts.get(user_id)
    if needs_password := bool(changes.keys() & {"email", "password"}):
        _require_password(user, current_password)
    password_hash = accounts.hash_new_password(user, **changes)
    user = password_check.lock_verified(user) if needs_password else accounts.lock(user_id)
    user.name = changes.get("name", user.name)
    if "email" in changes:
        with accounts.limit_enumeration(network):
            accounts.change_email(user, changes["email"], by=user.id)
    if password_hash:
        _change_password(user, password_hash, session_id)
    db.session.flush()
    return user


def _require_password(user: User, given: str | None) -> None:
    if given is None:
        raise Unprocessable(
            errors={"json": {"current_password": ["Required to change the e-mail address or password."]}}
        )
    password_check.require(user, given)


def _change_password(user: User, password_hash: str, session_id: UUID) -> None:
    user.password_hash = password_hash
    ended = sessions.end_all(user_id=user.id, reason="password_changed", except_for=session_id)
    audit.record("user.password_changed", actor_id=user.id, target_kind="user", target_id=user.id, sessions_ended=ended)
    events.record_change(EventType.USER_PASSWORD_CHANGED, user.id, user_id=user.id)
