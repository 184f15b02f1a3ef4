"""What people change about their own accounts. Address and password take the present password."""

from typing import Any
from uuid import UUID

from learnstream.errors import Unprocessable
from learnstream.errors.accounts import WrongPassword
from learnstream.models import User
from learnstream.services.accounts import accounts, passwords, sessions, throttle
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit
from learnstream.stores.sql import db

CURRENT_PASSWORD = Limit("current-password", failures=5, seconds=300)


def change(
    *, user_id: int, session_id: UUID, network: str, current_password: str | None = None, **changes: Any
) -> User:
    """Change a person's own `name`, `email` or `password`; a new password ends all sessions but the one given.

    Raises:
        Unprocessable: address or password shall change and the present password was not given.
        WrongPassword: it was given wrong, or has been changed meanwhile. An audit entry may be left to be committed.
        TooManyFailures: it was given wrong too often, or the network was told too often that an address is taken.
        PasswordRefused: the new password is too easy to guess.
        EmailTaken: another account has the new address.
    """
    user = accounts.get(user_id)
    if needs_password := bool(changes.keys() & {"email", "password"}):
        _require_password(user, current_password)
    verified, password_hash = user.password_hash, accounts.hash_for(user, **changes)
    user = accounts.hold(user_id)
    if needs_password and user.password_hash != verified:
        raise WrongPassword()
    user.name = changes.get("name", user.name)
    if "email" in changes:
        with accounts.telling_sparingly(network):
            accounts.change_email(user, changes["email"], by=user.id)
    if password_hash:
        _change_password(user, password_hash, session_id)
    db.session.flush()
    return user


def _require_password(user: User, given: str | None) -> None:
    if given is None:
        raise Unprocessable(errors={"json": {"current_password": ["Needed to change the e-mail address or password."]}})
    # Counted apart from sign-ins, so that nobody outside can keep the owner from it.
    counter = Counter(CURRENT_PASSWORD, str(user.id))
    throttle.require_none_paused(counter)
    if not passwords.matches(user.password_hash, given):
        if throttle.count_failure(counter):
            audit.record("password.throttled", actor_id=user.id, target_kind="user", target_id=user.id)
        raise WrongPassword()
    throttle.note_success(counter, forgetting=counter)


def _change_password(user: User, password_hash: str, session_id: UUID) -> None:
    user.password_hash = password_hash
    ended = sessions.end_all(user_id=user.id, reason="password_changed", except_for=session_id)
    audit.record("user.password_changed", actor_id=user.id, target_kind="user", target_id=user.id, sessions_ended=ended)
