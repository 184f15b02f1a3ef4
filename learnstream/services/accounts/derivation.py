"""Derivation of missing e-mail keys and search words from names and addresses.

The previous release, which does not know canonical addresses, may run beside this one and leave the columns that `User`
derives empty or outdated. The release step derives them for all accounts, a scheduled job for those written later.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, not_, select, update
from sqlalchemy.exc import IntegrityError

from learnstream.models import User, derive, is_outdated
from learnstream.models.user import MAX_NAME
from learnstream.stores.sql import db
from learnstream.text import folding

BATCH = 1000
USERS = db.metadata.tables["users"]


def derive_missing() -> int:
    """Derive missing or outdated keys and words, one transaction per batch; return the number of accounts.

    If several accounts get the same key, the oldest keeps it, unless another account has it already.
    """
    derived = 0
    while rows := _outdated():
        try:
            _write(rows)
            db.session.commit()
            derived += len(rows)
        except IntegrityError:  # an account was registered with one of the keys meanwhile
            db.session.rollback()
    db.session.rollback()
    return derived


def without_key() -> Sequence[tuple[User, User | None]]:
    """Return the accounts whose canonical address belongs to another account, each with that account."""
    lost = db.session.scalars(select(User).where(User.email_key.is_(None), not_(is_outdated())).order_by(User.id))
    return [(user, _holder(user.email)) for user in lost]


def _holder(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email_key == folding.caseless(email)))


def _outdated() -> list[dict[str, Any]]:
    found = select(User.id, User.name, User.email).where(is_outdated()).order_by(User.id).limit(BATCH)
    return [_row(*row) for row in db.session.execute(found)]


def _row(user_id: int, name: str, email: str) -> dict[str, Any]:
    composed = folding.compose(name)
    if len(composed) > MAX_NAME:  # a few characters are longer composed
        composed = name
    return {"row": user_id, "old_name": name, "old_email": email, "name": composed, **derive(composed, email)}


def _write(rows: list[dict[str, Any]]) -> None:
    # Free the keys of addresses that the accounts no longer have.
    db.session.execute(
        update(USERS).where(is_outdated(), USERS.c.email_key.is_not(None)).values(_untouched(email_key=None))
    )
    unchanged = (
        USERS.c.id == bindparam("row"),
        USERS.c.name == bindparam("old_name"),
        USERS.c.email == bindparam("old_email"),
    )
    columns = ("name", "email_key", "search_words", "derived_from")
    values = _untouched(**{column: bindparam(column) for column in columns})
    db.session.execute(update(USERS).where(*unchanged).values(values), _without_taken(rows))


def _untouched(**values: Any) -> dict[str, Any]:
    # Keeps `updated_at`, because the account itself has not changed.
    return {**values, "updated_at": USERS.c.updated_at}


def _without_taken(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Clear the key of every row whose key an earlier row or another account has."""
    keys = {row["email_key"] for row in rows}
    taken = select(User.email_key, User.id).where(User.email_key.in_(keys))
    holders = {row.email_key: row.id for row in db.session.execute(taken)}
    for row in rows:
        if holders.setdefault(row["email_key"], row["row"]) != row["row"]:
            row["email_key"] = None
    return rows
