"""Accounts in PostgreSQL as plans see them, and the changes of a plan applied to them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import or_, select

from learnstream.errors.accounts import EmailTaken
from learnstream.models import Role, User
from learnstream.services.accounts import addresses, imported, reservations
from learnstream.services.accounts.imported import Student
from learnstream.services.enrollment.imports.people import Person
from learnstream.services.enrollment.imports.plans import Change
from learnstream.services.enrollment.imports.state import Account, Present
from learnstream.stores.budget import request_budget
from learnstream.stores.sql import db

KEYS = 1000  # that a query asks for
COLUMNS = (
    User.id,
    User.name,
    User.email,
    User.email_key,
    User.role,
    User.is_active,
    User.external_id,
    User.phone,
    User.imported_at,
    User.email_verified_at,
)


class Stale(Exception):
    """Accounts have changed since they were loaded, so that the rest has to be planned again."""


def load(people: Iterable[Person]) -> Present:
    """Return the accounts that people may be those of."""
    by_external_id: dict[str, Account] = {}
    by_email: dict[str, Account] = {}
    reserved: dict[str, int] = {}
    remaining = iter(people)
    while part := list(islice(remaining, KEYS)):
        keys = [person.email_key for person in part if person.email_key]
        for account, key in _find([person.external_id for person in part if person.external_id], keys):
            if key:
                by_email[key] = account
            if account.external_id:
                by_external_id[account.external_id] = account
        reserved |= reservations.holders(keys)
    return Present(by_external_id, by_email, reserved=reserved)


def _find(external_ids: Collection[str], keys: Collection[str]) -> Iterator[tuple[Account, str | None]]:
    """Yield accounts, each with its address as it is compared; None if that is another account's."""
    either = or_(User.external_id.in_(external_ids), User.email_key.in_(keys))
    for row in db.session.execute(select(*COLUMNS).where(either)):
        yield account_of(row), row.email_key


def browse_active() -> Iterator[Account]:
    """Yield all accounts that are not disabled, by their ids, in batches that have a time budget each."""
    last = 0
    while batch := _active_after(last):
        last = batch[-1].id
        yield from batch


def _active_after(user_id: int) -> list[Account]:
    active = select(*COLUMNS).where(User.is_active, User.id > user_id).order_by(User.id).limit(KEYS)
    with request_budget():
        found = [account_of(row) for row in db.session.execute(active)]
        # A slow client must not keep a transaction open.
        db.session.rollback()
    return found


def account_of(row: Any) -> Account:
    """Return the account of a row with `COLUMNS`."""
    imported = row.imported_at is not None
    # Anybody can register with an address that is not theirs; administrators gave the other roles.
    unproven = not imported and row.role is Role.STUDENT and row.email_verified_at is None
    return Account(row.id, row.name, row.email, row.role, row.is_active, row.external_id, row.phone, imported, unproven)


def apply(changes: Sequence[Change], *, by: int | None) -> Mapping[str, int]:
    """Apply changes of accounts that were planned; return the ids of those it created, by `email_key`.

    All of them or, if it raises, none once the transaction is rolled back.

    Raises:
        Stale: an account is not as planned any more.
    """
    try:
        created = imported.add_all([_student(each.after) for each in changes if each.after and not each.before], by=by)
        _update({each.before: each.after for each in changes if each.before and each.after}, by)
    except EmailTaken:
        raise Stale() from None
    return created


def _student(account: Account) -> Student:
    return Student(account.name, account.email, account.external_id, account.phone)


def _update(planned: dict[Account, Account], by: int | None) -> None:
    wanted = {before.id: (before, after) for before, after in planned.items() if before != after}
    # In one order, so that two imports cannot deadlock.
    locked = select(User).where(User.id.in_(wanted)).order_by(User.id).with_for_update(key_share=True)
    users = db.session.scalars(locked.execution_options(populate_existing=True)).all()
    if len(users) < len(wanted):
        raise Stale()
    for user in users:
        _change(user, *wanted[user.id], by)
    db.session.flush()


def _change(user: User, before: Account, after: Account, by: int | None) -> None:
    if account_of(user) != before:
        raise Stale()
    user.name, user.phone, user.external_id = after.name, after.phone, after.external_id
    if after.email != before.email:
        addresses.replace(user, after.email, by=by)
