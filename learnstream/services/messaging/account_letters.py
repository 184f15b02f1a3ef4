"""The links in mails about accounts, minted when the mails are sent.

A link goes only to the address that it is about. An account may have got another one since its mail was requested.
"""

from typing import Any

from flask import current_app

from learnstream.errors.accounts import AccountDisabled, NoSuchUser
from learnstream.models import User
from learnstream.models.address_change import AddressChange
from learnstream.models.mail import Mail, MailTemplate
from learnstream.services.accounts import accounts, addresses, links, recovery, verification
from learnstream.services.accounts.links import HOUR, LIFETIMES, Purpose
from learnstream.services.messaging import letters
from learnstream.services.messaging.letters import NotNeeded, letter
from learnstream.stores.sql import db


@letter(MailTemplate.VERIFY_EMAIL)
def verify_email(mail: Mail) -> dict[str, Any]:
    """Add the link, unless the address is verified already."""
    user = _recipient(mail)
    if not verification.is_to_be_verified(user):
        raise NotNeeded()
    return _limited_link(Purpose.VERIFY_EMAIL, verification.mint_token(user))


@letter(MailTemplate.RESET_PASSWORD)
def reset_password(mail: Mail) -> dict[str, Any]:
    """Add the link, unless the account is disabled."""
    try:
        return _limited_link(Purpose.RESET_PASSWORD, recovery.mint_token(_recipient(mail), mailed=True))
    except AccountDisabled:
        raise NotNeeded() from None


@letter(MailTemplate.CONFIRM_ADDRESS)
def confirm_address(mail: Mail) -> dict[str, Any]:
    """Add the link, unless the change was cancelled or confirmed."""
    change = _change(mail)
    if change.confirmed_at is not None:
        raise NotNeeded()
    return _limited_link(Purpose.CONFIRM_ADDRESS, addresses.mint_confirmation(change))


@letter(MailTemplate.ADDRESS_CHANGED)
def address_changed(mail: Mail) -> dict[str, Any]:
    """Add the link, unless the change was undone."""
    change = _change(mail)
    if change.undone_at is not None:
        raise NotNeeded()
    return {"link": links.url(Purpose.UNDO_ADDRESS, addresses.mint_undo(change))}


@letter(MailTemplate.ALREADY_REGISTERED)
def already_registered(mail: Mail) -> dict[str, Any]:
    """Add a link to where the user can sign in."""
    return {"link": current_app.config["APP_URL"] or current_app.config["PUBLIC_URL"]}


def _recipient(mail: Mail) -> User:
    """Return the account that a mail is for, if it has this address.

    Raises:
        NotNeeded: it does not exist, or has another one.
    """
    try:
        user = accounts.get(mail.user_id or 0)
    except NoSuchUser:
        raise NotNeeded() from None
    if user.email != mail.address:
        raise NotNeeded()
    return user


def _change(mail: Mail) -> AddressChange:
    change = db.session.get(AddressChange, letters.subject_id(mail))
    if change is None:
        raise NotNeeded()
    return change


def _limited_link(purpose: Purpose, token: str) -> dict[str, Any]:
    return {"link": links.url(purpose, token), "expires_in_hours": LIFETIMES[purpose] // HOUR}
