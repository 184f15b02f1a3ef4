"""Addresses that are known to have no mailbox: they get no optional mails until a mailed link proves that they have one."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.models import User
from learnstream.models.suppressed_address import SuppressedAddress
from learnstream.stores.sql import db
from learnstream.text import folding


def suppress(address: str, reason: str) -> None:
    """Send no optional mails to an address any more."""
    added = insert(SuppressedAddress).values(key=folding.caseless(address), reason=reason, created_at=now())
    latest = {"reason": reason}
    db.session.execute(added.on_conflict_do_update(index_elements=["key"], set_=latest))


def find(address: str) -> SuppressedAddress | None:
    """Return why and since when an address is suppressed; None if it is not."""
    return db.session.get(SuppressedAddress, folding.caseless(address), populate_existing=True)


def suppressed_at(address: str) -> datetime | None:
    """Return since when an address is suppressed; None if it is not."""
    found = find(address)
    return found.created_at if found else None


def lift(address: str) -> None:
    """Send optional mails to an address again."""
    db.session.execute(delete(SuppressedAddress).where(SuppressedAddress.key == folding.caseless(address)))


def confirm_mailbox(user: User) -> None:
    """Note that the owner of an account has used a link that was mailed to its address."""
    user.email_verified_at = user.email_verified_at or now()
    lift(user.email)
