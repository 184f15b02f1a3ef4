"""Mails about accounts: which facts and commands cause them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from learnstream.clock import UTC_NAME, now, time_zone
from learnstream.models import EventType, Session, User
from learnstream.models.address_change import AddressChange
from learnstream.models.mail import MailTemplate
from learnstream.models.second_factor import Removal
from learnstream.services.accounts import accounts, mail_commands
from learnstream.services.accounts.mail_commands import MailCommand
from learnstream.services.foundation import outbox
from learnstream.services.foundation.followers import FeedEvent, follows
from learnstream.services.messaging import mails
from learnstream.stores.sql import db
from learnstream.text.translation import SOURCE

Payload = dict[str, Any]

# Anybody can register somebody else's address, and then sign in from one new device after another.
TOLD_HOURLY, HOUR = 10, timedelta(hours=1)


@follows(
    EventType.USER_REGISTERED,
    EventType.USER_PASSWORD_CHANGED,
    EventType.USER_NEW_DEVICE,
    EventType.USER_SECOND_FACTOR_ENABLED,
    EventType.USER_SECOND_FACTOR_DISABLED,
    EventType.USER_RECOVERY_CODE_USED,
    name="account-mails",
)
def follow(event: FeedEvent) -> None:
    """Tell the owner of an account about a fact by mail."""
    if user := db.session.get(User, event.data["user_id"]):
        FACTS[event.type](user, event)


@outbox.handles(mail_commands.TOPIC)
def handle(payload: Payload) -> None:
    """Request the mail of a command."""
    COMMANDS[MailCommand(payload["command"])](payload)


def _registered(user: User, event: FeedEvent) -> None:
    if user.email_verified_at is None:
        _request(MailTemplate.VERIFY_EMAIL, user, event.id)


def _password_changed(user: User, event: FeedEvent) -> None:
    _tell(MailTemplate.PASSWORD_CHANGED, user, event)


def _new_device(user: User, event: FeedEvent) -> None:
    session = db.session.get(Session, UUID(event.data["session_id"]))
    if session is not None:
        _tell(MailTemplate.NEW_DEVICE, user, event, device=session.user_agent, network=session.ip)


def _second_factor_changed(user: User, event: FeedEvent) -> None:
    change = CHANGES.get(event.data.get("how", event.type), "off")
    _tell(MailTemplate.SECOND_FACTOR_CHANGED, user, event, change=change)


# What the mail says of a fact about a second factor, or of how it was removed.
CHANGES = {
    EventType.USER_SECOND_FACTOR_ENABLED: "on",
    EventType.USER_RECOVERY_CODE_USED: "recovery_code_used",
    Removal.ADMINISTRATOR: "removed_by_administrator",
}
FACTS: dict[EventType, Callable[[User, FeedEvent], None]] = {
    EventType.USER_REGISTERED: _registered,
    EventType.USER_PASSWORD_CHANGED: _password_changed,
    EventType.USER_NEW_DEVICE: _new_device,
    EventType.USER_SECOND_FACTOR_ENABLED: _second_factor_changed,
    EventType.USER_SECOND_FACTOR_DISABLED: _second_factor_changed,
    EventType.USER_RECOVERY_CODE_USED: _second_factor_changed,
}


def _verify_email(payload: Payload) -> None:
    _request(MailTemplate.VERIFY_EMAIL, accounts.get(payload["user_id"]), payload["cause"])


def _already_registered(payload: Payload) -> None:
    if user := accounts.find(payload["email"]):
        # At most one an hour: anybody can register any address.
        _request(
            MailTemplate.ALREADY_REGISTERED, user, f"{MailCommand.ALREADY_REGISTERED}:{user.id}:{now():%Y-%m-%dT%H}"
        )


def _reset_password(payload: Payload) -> None:
    _request(MailTemplate.RESET_PASSWORD, accounts.get(payload["user_id"]), payload["cause"])


def _forgotten_password(payload: Payload) -> None:
    user = accounts.find(payload["email"])
    if user is not None and user.is_active:
        _request(MailTemplate.RESET_PASSWORD, user, payload["cause"])


def _confirm_address(payload: Payload) -> None:
    if change := db.session.get(AddressChange, payload["change_id"]):
        _request_about(change, MailTemplate.CONFIRM_ADDRESS, change.new_address)


def _address_changed(payload: Payload) -> None:
    if change := db.session.get(AddressChange, payload["change_id"]):
        _request_about(change, MailTemplate.ADDRESS_CHANGED, change.old_address, new_address=change.new_address)


COMMANDS: dict[MailCommand, Callable[[Payload], None]] = {
    MailCommand.VERIFY_EMAIL: _verify_email,
    MailCommand.ALREADY_REGISTERED: _already_registered,
    MailCommand.RESET_PASSWORD: _reset_password,
    MailCommand.FORGOTTEN_PASSWORD: _forgotten_password,
    MailCommand.CONFIRM_ADDRESS: _confirm_address,
    MailCommand.ADDRESS_CHANGED: _address_changed,
}


def _tell(template: MailTemplate, user: User, event: FeedEvent, **facts: Any) -> None:
    """Mail what has happened to an account, up to `TOLD_HOURLY` times an hour."""
    if mails.count_since(now() - HOUR, template, user_id=user.id) < TOLD_HOURLY:
        _request(template, user, event.id, at=_shown(event, user), **facts)


def _request_about(change: AddressChange, template: MailTemplate, address: str, **facts: Any) -> None:
    # The letter reads the change's id from the cause.
    _request(template, accounts.get(change.user_id), f"address_change:{change.id}", address=address, **facts)


def _request(template: MailTemplate, user: User, cause: str, *, address: str | None = None, **facts: Any) -> None:
    language = user.language or SOURCE
    mails.request(template, cause=cause, address=address or user.email, user_id=user.id, language=language, **facts)


def _shown(event: FeedEvent, user: User) -> str:
    """Return when a fact happened, in the time zone of the account."""
    return event.occurred_at.astimezone(time_zone(user.timezone or UTC_NAME)).isoformat()
