"""Accounts: creation, look-up and password authentication."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from learnstream.clock import now
from learnstream.errors.accounts import AccountDisabled, EmailTaken, InvalidCredentials, NoSuchUser
from learnstream.models import EventType, Role, User, derive, is_outdated
from learnstream.services.accounts import passwords, reservations, throttle
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit, events
from learnstream.stores.sql import db
from learnstream.text import folding

# In a class that registers together, some may have accounts already; an enumeration attack tries far more addresses.
ADDRESS_TAKEN = Limit("address-taken", failures=20, seconds=900)


@contextmanager
def limit_enumeration(network: str) -> Iterator[None]:
    """Limit how often a network may get `EmailTaken`, which reveals that an address has an account.

    Raises:
        TooManyFailures: the limit is reached; raised for a while, whether the address is taken or not.
    """
    counter = Counter(ADDRESS_TAKEN, network)
    throttle.require_not_paused(counter)
    try:
        yield
    except EmailTaken:
        throttle.count_failure(counter)
        raise


def create(*, name: str, email: str, password: str, role: Role = Role.STUDENT) -> User:
    """Create an account.

    Raises:
        PasswordRefused: the password is too easy to guess.
        EmailTaken: another account has an address with the same canonical form, or can get it back.
    """
    password_hash = hash_first_password(name=name, email=email, password=password)
    return add(name=name, email=email, password_hash=password_hash, role=role)


def hash_first_password(*, name: str, email: str, password: str) -> str:
    """Return the hash of a new account's password.

    Raises:
        PasswordRefused: the password is too easy to guess.
    """
    passwords.require_acceptable(password, email=email, name=name)
    return passwords.hash_new(password)


def add(*, name: str, email: str, password_hash: str, role: Role) -> User:
    """Create an account whose password has been hashed.

    Raises:
        EmailTaken: as in `create`.
    """
    values = {"name": name, "email": email, "role": role, "password_hash": password_hash}
    with db.session.begin_nested():
        # The unique index decides between concurrent requests; a query before the insert would be a race.
        user = db.session.scalar(
            insert(User).values(values | derive(name, email)).on_conflict_do_nothing().returning(User)
        )
        # Also for a taken address, so that the same work is done.
        reservations.require_unreserved(email, user_id=user.id if user else 0)
        if user is None:
            raise EmailTaken()
    events.record(EventType.USER_REGISTERED, str(user.id), user_id=user.id, role=role.value)
    return user


def ensure_administrator(*, email: str, password: str, name: str = "Administrator") -> bool:
    """Create an administrator, unless one with this address exists; return whether one was created.

    Safe to run concurrently. An existing account is unchanged, including its password and role.

    Raises:
        PasswordRefused: the password is too easy to guess.
        EmailTaken: the address belongs to an account that is not an administrator's.
    """
    if find(email) is None:
        try:
            created = create(name=name, email=email, password=password, role=Role.ADMIN)
            # The operator, who has chosen both, must not depend on mail to sign in.
            created.email_verified_at = now()
        except EmailTaken:
            pass  # created concurrently by another process
        else:
            audit.record_about_user("user.created", created.id, by=None, role=Role.ADMIN)
            return True
    if (user := find(email)) is None or user.role is not Role.ADMIN:
        raise EmailTaken()
    return False


def get(user_id: int) -> User:
    """Return an account.

    Raises:
        NoSuchUser: there is no account with this id.
    """
    if (user := db.session.get(User, user_id)) is None:
        raise NoSuchUser()
    return user


def hash_new_password(user: User, *, password: str | None = None, **changes: Any) -> str | None:
    """Return the hash of a user's new password, if the changes include one.

    Call it before locking the account: hashing is serialized, and must not extend the time that the lock is held.

    Raises:
        PasswordRefused: the password is too easy to guess.
    """
    if password is None:
        return None
    name, email = changes.get("name", user.name), changes.get("email", user.email)
    passwords.require_acceptable(password, email=email, name=name)
    return passwords.hash_new(password)


def lock(user_id: int) -> User:
    """Reload an account and lock its row until the transaction ends.

    Raises:
        NoSuchUser: there is no account with this id.
    """
    user = db.session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None:
        raise NoSuchUser()
    return user


def find(email: str) -> User | None:
    """Return the account whose address has the same canonical form, if there is one."""
    key = folding.caseless(email)
    derived = and_(User.email_key == key, not_(is_outdated()))
    # Registered or changed by a process of the previous release, a moment ago: see `derivation`.
    outdated = and_(func.lower(User.email) == func.lower(email), is_outdated())
    found = db.session.scalars(select(User).where(or_(derived, outdated)))
    return next((user for user in found if folding.caseless(user.email) == key), None)


def change_email(user: User, email: str, *, by: int | None) -> None:
    """Change an account's address and mark it as unverified.

    Raises:
        EmailTaken: another account has an address with the same canonical form, or can get it back.
    """
    if email == user.email:
        return
    audit.record_about_user("user.email_changed", user.id, by=by, before=user.email)
    try:
        with db.session.begin_nested():
            user.email, user.email_verified_at, user.email_changed_at = email, None, now()
            db.session.flush()
            reservations.require_unreserved(email, user_id=user.id)
    except IntegrityError:
        raise EmailTaken() from None
    events.record_change(EventType.USER_EMAIL_CHANGED, user.id, user_id=user.id)


def authenticate(*, email: str, password: str) -> User:
    """Return the user with this address and password, locked until the transaction ends.

    Error and response time are the same whether the account exists or not.

    Raises:
        InvalidCredentials: no account has this address and password.
        AccountDisabled: the credentials are correct, but the account is disabled.
    """
    user = find(email)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        raise InvalidCredentials()
    renewed = passwords.hash_new(password) if passwords.is_outdated(user.password_hash) else None
    _confirm(user, password, renewed)
    if not user.is_active:
        raise AccountDisabled()
    return user


def _confirm(user: User, password: str, renewed: str | None) -> None:
    """Lock the account and verify again if its password was changed meanwhile, so that the old one is rejected.

    renewed: the hash to store if the existing one was computed with outdated parameters.
    """
    seen = user.password_hash
    db.session.refresh(user, with_for_update={"key_share": True})
    if user.password_hash == seen:
        user.password_hash = renewed or seen
        db.session.flush()
    elif not passwords.matches(user.password_hash, password):
        raise InvalidCredentials()
