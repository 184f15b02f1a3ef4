"""Changes that users make to their own accounts. Changing address or password requires the current password."""

from typing import Any
from uuid import UUID

from learnstream.errors import Unprocessable
from learnstream.models import EventType, User
from learnstream.services.accounts import accounts, addresses, password_check, sessions
from learnstream.services.foundation import audit, events, outbox
from learnstream.stores.sql import db

PHOTO_CHANGED = "user.photo_changed"  # an outbox topic
OPTIONAL = {"phone", "timezone", "language"}
COLUMNS = ("id", "name", "email", "role", "email_verified_at", "created_at", "photo_id", *sorted(OPTIONAL))

# An account as its owner sees it: its columns, and the address that it will have.
Profile = dict[str, Any]


def read(user_id: int) -> Profile:
    """Return a user's own account."""
    return _profile(accounts.get(user_id))


def change(
    *, user_id: int, session_id: UUID, network: str, current_password: str | None = None, **changes: Any
) -> Profile:
    """Change a user's own `name`, `email`, `password` or optional fields, which None clears.

    A new password ends all sessions but the one given. A new address may have to be confirmed: see `addresses`.

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
    for field in OPTIONAL & changes.keys():
        setattr(user, field, changes[field])
    user.name = changes.get("name", user.name)
    if needs_password:
        # Whoever requested it may have been somebody else, whom the new password is to shut out.
        addresses.cancel(user.id)
    if "email" in changes:
        with accounts.limit_enumeration(network):
            addresses.change(user, changes["email"], network=network)
    if password_hash:
        _change_password(user, password_hash, session_id)
    db.session.flush()
    return _profile(user)


def set_photo(user_id: int, photo_id: str | None) -> None:
    """Change a user's photo, None removes it; the file must be theirs, which this domain does not know."""
    user = accounts.lock(user_id)
    if user.photo_id != photo_id:
        user.photo_id = photo_id
        outbox.add(PHOTO_CHANGED, user_id=user_id)
    db.session.flush()


def _profile(user: User) -> Profile:
    columns = {name: getattr(user, name) for name in COLUMNS}
    return {**columns, "pending_email": addresses.pending_address(user.id)}


def _require_password(user: User, given: str | None) -> None:
    if given is None:
        raise Unprocessable(
            errors={"json": {"current_password": ["Required to change the e-mail address or password."]}}
        )
    password_check.require(user, given)


def _change_password(user: User, password_hash: str, session_id: UUID) -> None:
    user.password_hash = password_hash
    ended = sessions.end_all(user_id=user.id, reason="password_changed", except_for=session_id)
    audit.record_about_user("user.password_changed", user.id, by=user.id, sessions_ended=ended)
    events.record_change(EventType.USER_PASSWORD_CHANGED, user.id, user_id=user.id)
