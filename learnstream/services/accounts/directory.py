"""Administration of all accounts."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.errors.accounts import LastAdministrator, NoSecondFactor, OwnSecondFactor, TokenRevoked
from learnstream.models import EventType, Role, User, matches_search
from learnstream.models.second_factor import Removal
from learnstream.policies import entitlements
from learnstream.services.accounts import accounts, addresses, links, recovery, second_factor, sessions, verification
from learnstream.services.accounts.links import LIFETIMES, Purpose
from learnstream.services.foundation import audit, events, locks
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

SORTS = {
    "name": Columns((func.lower(User.name), User.id)),
    "-name": Columns((func.lower(User.name), User.id), descending=True),
    "email": Columns((func.lower(User.email), User.id)),
    "-email": Columns((func.lower(User.email), User.id), descending=True),
    "created_at": Columns((User.created_at, User.id)),
    "-created_at": Columns((User.created_at, User.id), descending=True),
}


def browse(*, part: Part, sort: str, **filters: Any) -> Found[User]:
    """Return a part of the matching accounts. `q` contains prefixes of words in names and addresses."""
    return rows_of(_matching(select(User), **filters), SORTS[sort], part)


def _matching(
    query: Select[User],
    *,
    q: str = "",
    role: Role | None = None,
    is_active: bool | None = None,
    external_id: str | None = None,
) -> Select[User]:
    conditions: list[ColumnElement[bool]] = []
    if external_id is not None:
        conditions.append(User.external_id == external_id)
    if q:
        conditions.append(matches_search(q))
    if role is not None:
        conditions.append(User.role == role)
    if is_active is not None:
        conditions.append(User.is_active.is_(is_active))
    return query.where(*conditions)


def add(*, by: int, name: str, email: str, password: str, role: Role) -> User:
    """Create an account with any role.

    Raises:
        PasswordRefused, EmailTaken: as in `accounts.create`.
    """
    user = accounts.create(name=name, email=email, password=password, role=role)
    audit.record_about_user("user.created", user.id, by=by, role=role)
    return user


def change(*, by: int, user_id: int, **changes: Any) -> User:
    """Change an account's `name`, `role`, `is_active` or `password`; new rights apply from the next request on.

    An `email` may only be set for accounts without a key (see `derivation`).

    A new role invalidates access tokens; disabling the account or changing its password ends all its sessions.

    Raises:
        NoSuchUser: there is no such account.
        Unprocessable: an `email` for an account that can sign in with its present address.
        EmailTaken: another account has the new address.
        TokenRevoked: the caller ceased to be an administrator while this request waited for the lock.
        LastAdministrator: no active administrator would be left.
        PasswordRefused: the new password is too easy to guess.
    """
    password_hash = accounts.hash_new_password(accounts.get(user_id), **changes)
    if changes.keys() & {"role", "is_active"}:
        locks.lock_administrators()
    user = accounts.lock(user_id)
    _require_administrator(by)
    user.name = changes.get("name", user.name)
    if "email" in changes:
        _replace_email(user, changes["email"], by)
    _require_other_administrator(user, **changes)
    if changes.get("role", user.role) != user.role:
        change_role(user, changes["role"], by=by)
    if changes.get("is_active", user.is_active) != user.is_active:
        _set_active(user, changes["is_active"], by)
    if password_hash:
        set_password(user, password_hash, by=by)
    db.session.flush()
    return user


def remove_second_factor(*, by: int, user_id: int, reason: str) -> None:
    """Remove the second factor of a user who has lost it, and end their sessions.

    Raises:
        NoSuchUser: there is no such account.
        OwnSecondFactor: it is the caller's own.
        TokenRevoked: the caller ceased to be an administrator while this request waited for the lock.
        NoSecondFactor: the account has none.
    """
    if user_id == by:
        raise OwnSecondFactor()
    user = accounts.lock(user_id)
    _require_administrator(by)
    if second_factor.enabled_at(user_id) is None:
        raise NoSecondFactor()
    # Whoever has the lost device may have a session as well.
    ended = sessions.end_all(user_id=user_id, reason="second_factor_removed")
    second_factor.remove(user, how=Removal.ADMINISTRATOR, by=by, reason=reason, sessions_ended=ended)


def create_link(*, by: int, user_id: int, purpose: str, base: str) -> dict[str, Any]:
    """Return the `url` of a link for an account's owner, and when it expires.

    base: where this application is reached, if the configuration does not say it.

    Raises:
        NoSuchUser: there is no such account.
        EmailVerified, AccountDisabled: there is nothing to verify, or no password to set.
    """
    user, kind = accounts.get(user_id), Purpose(purpose)
    if kind is Purpose.VERIFY_EMAIL:
        verification.require_unverified(user)
        token = verification.mint_token(user)
    else:
        token = recovery.mint_token(user, mailed=False)
    audit.record_about_user("user.link_created", user.id, by=by, purpose=kind)
    return {"url": links.url(kind, token, base=base), "expires_at": now() + LIFETIMES[kind]}


def _require_administrator(user_id: int) -> None:
    active = select(User.id).where(User.id == user_id, User.role == Role.ADMIN, User.is_active)
    if db.session.scalar(active) is None:
        raise TokenRevoked()


def _require_other_administrator(user: User, *, role: Role = Role.ADMIN, is_active: bool = True, **_: Any) -> None:
    if role is Role.ADMIN and is_active:
        return
    others = select(User.id).where(User.role == Role.ADMIN, User.is_active, User.id != user.id).limit(1)
    if user.role is Role.ADMIN and user.is_active and db.session.scalar(others) is None:
        raise LastAdministrator()


def _replace_email(user: User, email: str, by: int) -> None:
    if user.email_key is not None:
        raise Unprocessable(errors={"json": {"email": ["Only the account's owner may change the address."]}})
    accounts.change_email(user, email, by=by)


def change_role(user: User, role: Role, *, by: int) -> None:
    """Change a locked account's role, with the lock of `locks.lock_administrators`; access tokens become invalid."""
    audit.record_about_user("user.role_changed", user.id, by=by, before=user.role, after=role)
    _tell(EventType.USER_ROLE_CHANGED, user, before=user.role.value, after=role.value)
    user.role = role
    _invalidate_tokens(user)


def _set_active(user: User, is_active: bool, by: int) -> None:
    user.is_active = is_active
    _invalidate_tokens(user)
    ended = 0 if is_active else sessions.end_all(user_id=user.id, reason="account_disabled")
    audit.record_about_user("user.enabled" if is_active else "user.disabled", user.id, by=by, sessions_ended=ended)
    _tell(EventType.USER_ENABLED if is_active else EventType.USER_DISABLED, user)


def set_password(user: User, password_hash: str, *, by: int) -> None:
    """Set a locked account's password, which ends its sessions."""
    user.password_hash = password_hash
    addresses.cancel(user.id)
    ended = sessions.end_all(user_id=user.id, reason="password_set")
    audit.record_about_user("user.password_set", user.id, by=by, sessions_ended=ended)
    _tell(EventType.USER_PASSWORD_CHANGED, user)


def _invalidate_tokens(user: User) -> None:
    user.sessions_valid_from = now()
    entitlements.user_changed(user.id)


def _tell(event_type: EventType, user: User, **data: Any) -> None:
    events.record_change(event_type, user.id, user_id=user.id, **data)
