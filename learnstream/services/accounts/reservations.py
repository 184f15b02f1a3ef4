"""Addresses that accounts have given up, reserved for as long as the change can be undone.

Otherwise, an attacker who takes over an account could prevent its owner from undoing the change, by registering a new
account with the old address.
"""

from datetime import timedelta

from sqlalchemy import select

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
    reserved = select(AddressChange.id).where(
        AddressChange.old_key == folding.caseless(email),
        AddressChange.user_id != user_id,
        AddressChange.confirmed_at > now() - RESERVED,
        AddressChange.undone_at.is_(None),
    )
    if db.session.scalar(reserved.limit(1)) is not None:
        raise EmailTaken()
