"""Addresses that accounts have given up, reserved for as long as the change can be undone.

Otherwise, an attacker who takes over an account could prevent its owner from undoing the change, by registering a new
account with the old address.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from learnstream.clock import now
from learnstream.errors.accounts import EmailTaken
from learnstream.models.address_change import AddressChange
from learnstream.services.accounts.links import LIFETIMES, Purpose
from learnstream.stores.sql import db
from learnstream.text import folding

# The link that undoes a change is minted when its mail is sent, which is tried for a day.
RESERVED = LIFETIMES[Purpose.UNDO_ADDRESS] + timedelta(days=1)


def require_unreserved(email: str, *, user_id: int) -> None:
    """Require that no other account can get the address back.

    Call it after writing the address: a concurrent change that the write had to wait for is visible then.

    Raises:
        EmailTaken: another account can.
    """
    others = (AddressChange.user_id != user_id, *_reserved([folding.caseless(email)]))
    if db.session.scalar(select(AddressChange.id).where(*others).limit(1)) is not None:
        raise EmailTaken()


def holders(keys: Collection[str]) -> dict[str, int]:
    """Return which of these canonical addresses are reserved, each with the id of an account that can get it back."""
    found = select(AddressChange.old_key, AddressChange.user_id).where(*_reserved(keys)).order_by(AddressChange.id)
    return {row.old_key: row.user_id for row in db.session.execute(found)}


def _reserved(keys: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        AddressChange.old_key.in_(keys),
        AddressChange.confirmed_at > now() - RESERVED,
        AddressChange.undone_at.is_(None),
    )
