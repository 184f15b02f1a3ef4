"""Accounts: making them, and finding out whether somebody is who they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from learnstream.errors.accounts import AccountDisabled, EmailTaken, InvalidCredentials, NoSuchUser
from learnstream.models import Role, User, derive, is_outdated
from learnstream.services.accounts import passwords, throttle
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit
from learnstream.stores.sql import db
from learnstream.text import folding

# Of a class that registers together some have an account already; whoever tries a list of addresses has a long one.
TAKEN = Limit("address-taken", failures=20, seconds=900)


@contextmanager
def telling_sparingly(network: str) -> Iterator[None]:
    """Limit how many times a network is told that an address has an account, which is what `EmailTaken` gives away.

    Raises:
        TooManyFailures: it was told too often, and is told nothing for a while, whether the address is taken or not.
    """
    counter = Counter(TAKEN, network)
    throttle.require_none_paused(counter)
    try:
        yield
    except EmailTaken:
        throttle.count_failure(counter)
        raise


def create(*, name: str, email: str, password: str, role: Role = Role.STUDENT) -> User:
    """Make an account; the address must be in its canonical form.

    Raises:
        PasswordRefused: the password is too easy to guess.
        EmailTaken: another account has this address, however it is written.
    """
    passwords.require_acceptable(password, email=email, name=name)
    # The unique index decides between two requests at once; asking first would only be a guess.
    user = db.session.scalar(
        insert(User)
        .values(
            name=name,
            email=email,
            role=role,
            password_hash=passwords.hash_new(password),
            **derive(name, email),
        )
        .on_conflict_do_nothing()
        .returning(User)
    )
    if user is None:
        raise EmailTaken()
    return user


def ensure_administrator(*, email: str, password: str, name: str = "Administrator") -> bool:
    """Make an administrator, unless there is one with this address; return whether one was made.

    Safe in two processes at once. What exists is left as it is: neither its password nor its role is changed.

    Raises:
        PasswordRefused: the password is too easy to guess.
        EmailTaken: the address belongs to somebody who is no administrator.
    """
    if find(email) is None:
        try:
            made = create(name=name, email=email, password=password, role=Role.ADMIN)
        except EmailTaken:
            pass  # by another process, just now
        else:
            audit.record("user.created", actor_id=None, target_kind="user", target_id=made.id, role=Role.ADMIN)
            return True
    if (user := find(email)) is None or user.role is not Role.ADMIN:
        raise EmailTaken()
    return False


def get(user_id: int) -> User:
    """Return an account.

    Raises:
        NoSuchUser: there is none with this id.
    """
    if (user := db.session.get(User, user_id)) is None:
        raise NoSuchUser()
    return user


def hash_for(user: User, *, password: str | None = None, **changes: Any) -> str | None:
    """Return the hash to store of a user's new password, if there is one.

    Before the account is held: a hash waits for those of others, and whoever waits for the account would wait for them.

    Raises:
        PasswordRefused: the password is too easy to guess.
    """
    if password is None:
        return None
    name, email = changes.get("name", user.name), changes.get("email", user.email)
    passwords.require_acceptable(password, email=email, name=name)
    return passwords.hash_new(password)


def hold(user_id: int) -> User:
    """Return an account as it is now, locked until the transaction ends.

    Raises:
        NoSuchUser: there is none with this id.
    """
    user = db.session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None:
        raise NoSuchUser()
    return user


def find(email: str) -> User | None:
    """Return the account with this address, however it is written."""
    key = folding.caseless(email)
    derived = and_(User.email_key == key, not_(is_outdated()))
    # Registered or changed by a process of the release before, a moment ago: see `derivation`.
    outdated = and_(func.lower(User.email) == func.lower(email), is_outdated())
    found = db.session.scalars(select(User).where(or_(derived, outdated)))
    return next((user for user in found if folding.caseless(user.email) == key), None)


def change_email(user: User, email: str, *, by: int) -> None:
    """Give an account another address, which has yet to be verified.

    Raises:
        EmailTaken: another account has it, however it is written.
    """
    if email == user.email:
        return
    audit.record("user.email_changed", actor_id=by, target_kind="user", target_id=user.id, before=user.email)
    try:
        with db.session.begin_nested():
            user.email, user.email_verified_at = email, None
    except IntegrityError:
        raise EmailTaken() from None


def authenticate(*, email: str, password: str) -> User:
    """Return the user whom address and password prove, locked until the transaction ends.

    The answer and the time it takes are the same whether the account exists or not.

    Raises:
        InvalidCredentials: no account has this address and password.
        AccountDisabled: they are right, but nobody may use the account now.
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
    """Hold the account as it was verified: a password changed meanwhile must not let the old one in after all.

    renewed: the hash to store instead of one that was made with other parameters than today's.
    """
    seen = user.password_hash
    db.session.refresh(user, with_for_update={"key_share": True})
    if user.password_hash == seen:
        user.password_hash = renewed or seen
        db.session.flush()
    elif not passwords.matches(user.password_hash, password):
        raise InvalidCredentials()
