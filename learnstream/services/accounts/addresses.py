"""Changes of accounts' addresses.

With mail, an account keeps its address until the new one is confirmed, and the old one gets a link that undoes the
change. That link is bound to its own change only: it outlives later ones, so that an attacker who takes an account over
and changes the address twice is undone all the same.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from learnstream.clock import now
from learnstream.errors.accounts import EmailTaken, LinkInvalid
from learnstream.integrations import mail
from learnstream.models import User
from learnstream.models.address_change import AddressChange
from learnstream.models.second_factor import Removal
from learnstream.policies import entitlements
from learnstream.services.accounts import (
    accounts,
    invitations,
    links,
    mail_commands,
    passwords,
    reservations,
    second_factor,
    sessions,
    suppression,
    throttle,
)
from learnstream.services.accounts.links import LIFETIMES, Purpose
from learnstream.services.accounts.mail_commands import MailCommand
from learnstream.services.accounts.signed_tokens import state_of
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit
from learnstream.stores.sql import db
from learnstream.text import folding

KEPT = timedelta(days=7)
# Each change mails something to an address of the user's choice.
REQUESTS = Limit("address-change", failures=10, seconds=3600)
FROM_NETWORK = Limit("address-change-network", failures=100, seconds=3600)
# Whoever can register has any number of accounts to request changes to one address with.
TO_ADDRESS = Limit("address-change-to", failures=5, seconds=3600)


def change(user: User, email: str, *, network: str) -> None:
    """Change a locked account's address: at once without mail, else as soon as the new address is confirmed.

    A change that is still pending must have been cancelled. network: the client's.

    Raises:
        EmailTaken: another account has the new address, or can get it back.
        TooManyFailures: too many changes were requested: of the account, from the network or to the address.
    """
    if email == user.email:
        return
    if not mail.is_configured():
        accounts.change_email(user, email, by=user.id)
        return
    to_address = Counter(TO_ADDRESS, folding.caseless(email))
    throttle.count_request(Counter(REQUESTS, str(user.id)), Counter(FROM_NETWORK, network), to_address)
    _require_free(user, email)
    pending = AddressChange(
        user_id=user.id, old_address=user.email, old_key=folding.caseless(user.email), new_address=email
    )
    db.session.add(pending)
    db.session.flush()
    audit.record_about_user("user.email_change_requested", user.id, by=user.id, after=email)
    mail_commands.add(MailCommand.CONFIRM_ADDRESS, change_id=pending.id)


def replace(user: User, email: str, *, by: int | None) -> None:
    """Change a locked account's address at once, as an administrator.

    The old one is told, and can undo it, if the account was ever used from there: otherwise it may be a typing error, and
    the mailbox somebody else's, to whom its open invitations must not give an account either.

    Raises:
        EmailTaken: another account has the new address, or can get it back.
    """
    was_used = user.password_hash != passwords.NONE or user.email_verified_at is not None
    cancel(user.id)
    invitations.revoke_all(user.email, by=by)
    done = AddressChange(
        user_id=user.id,
        old_address=user.email,
        old_key=folding.caseless(user.email),
        new_address=email,
        confirmed_at=now(),
    )
    accounts.change_email(user, email, by=by)
    db.session.add(done)
    db.session.flush()
    if was_used and mail.is_configured():
        mail_commands.add(MailCommand.ADDRESS_CHANGED, change_id=done.id)


def cancel(user_id: int) -> None:
    """Cancel an account's pending change; its link becomes invalid."""
    db.session.execute(
        delete(AddressChange).where(AddressChange.user_id == user_id, AddressChange.confirmed_at.is_(None))
    )


def pending_address(user_id: int) -> str | None:
    """Return the address that an account will have when it is confirmed; None without a change that can be."""
    began = now() - LIFETIMES[Purpose.CONFIRM_ADDRESS]
    return db.session.scalar(
        select(AddressChange.new_address).where(
            AddressChange.user_id == user_id, AddressChange.confirmed_at.is_(None), AddressChange.created_at > began
        )
    )


def mint_confirmation(pending: AddressChange) -> str:
    """Return the token that confirms the new address."""
    user = accounts.get(pending.user_id)
    return links.mint(Purpose.CONFIRM_ADDRESS, state=_pending_state(pending, user), change=pending.id)


def confirm(token: str) -> None:
    """Give an account its new address, which this verifies, and have a mail sent to the old one.

    Raises:
        LinkInvalid, LinkExpired: see `links.read`; also if the change was cancelled or another password set.
        EmailTaken: another account got the new address meanwhile.
    """
    claims = links.read(Purpose.CONFIRM_ADDRESS, token)
    pending, user = _lock(claims["change"])
    claims.require_state(_pending_state(pending, user))
    accounts.change_email(user, pending.new_address, by=user.id)
    user.email_verified_at = pending.confirmed_at = now()
    suppression.lift(user.email)
    db.session.flush()
    mail_commands.add(MailCommand.ADDRESS_CHANGED, change_id=pending.id)


def mint_undo(done: AddressChange) -> str:
    """Return the token that undoes a change."""
    return links.mint(Purpose.UNDO_ADDRESS, state=_done_state(done), change=done.id)


def undo(token: str) -> None:
    """Return an account to the owner of the address that it had before a change, whatever has happened to it since.

    Its password and a second factor added since become invalid, all sessions end, later changes cannot be undone,
    and a link to set a new password is mailed to the restored address.

    Raises:
        LinkInvalid, LinkExpired: see `links.read`; also if the change, or one before it, has been undone.
        EmailTaken: another account has the address.
    """
    claims = links.read(Purpose.UNDO_ADDRESS, token)
    done, user = _lock(claims["change"])
    claims.require_state(_done_state(done))
    accounts.change_email(user, done.old_address, by=None)
    user.email_verified_at = now()
    suppression.lift(user.email)
    _shut_out(user, since=done.created_at)
    cancel(user.id)
    later = update(AddressChange).where(AddressChange.user_id == user.id, AddressChange.id >= done.id)
    db.session.execute(later.values(undone_at=now()))
    mail_commands.add(MailCommand.RESET_PASSWORD, user_id=user.id)


def delete_old() -> int:
    """Delete changes that can neither be confirmed nor undone any more; return their number."""
    old = delete(AddressChange).where(AddressChange.created_at < now() - KEPT)
    return len(db.session.scalars(old.returning(AddressChange.id)).all())


def _shut_out(user: User, *, since: datetime) -> None:
    """Make all ways to sign in to an account invalid, and end its sessions."""
    user.password_hash = passwords.NONE
    user.sessions_valid_from = now()
    db.session.flush()
    _remove_factor(user, since)
    ended = sessions.end_all(user_id=user.id, reason="address_restored")
    entitlements.user_changed(user.id)
    audit.record_about_user("user.email_change_undone", user.id, by=None, sessions_ended=ended)


def _remove_factor(user: User, since: datetime) -> None:
    """Remove a second factor that was added since, or is being added; the owner's own stays."""
    enabled_at = second_factor.enabled_at(user.id)
    if enabled_at is None or enabled_at > since:
        second_factor.remove(user, how=Removal.ADDRESS_UNDONE)


def _require_free(user: User, email: str) -> None:
    holder = accounts.find(email)
    if holder is not None and holder.id != user.id:
        raise EmailTaken()
    reservations.require_unreserved(email, user_id=user.id)


def _lock(change_id: int) -> tuple[AddressChange, User]:
    """Return a change and its account, both locked until the transaction ends.

    Raises:
        LinkInvalid: there is no such change.
    """
    user_id = db.session.scalar(select(AddressChange.user_id).where(AddressChange.id == change_id))
    if user_id is None:
        raise LinkInvalid()
    user = accounts.lock(user_id)
    found = db.session.get(AddressChange, change_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise LinkInvalid()
    return found, user


def _pending_state(pending: AddressChange, user: User) -> str:
    return state_of(pending.id, pending.confirmed_at, user.email_changed_at, user.password_hash, user.is_active)


def _done_state(done: AddressChange) -> str:
    return state_of(done.id, done.confirmed_at, done.undone_at)
