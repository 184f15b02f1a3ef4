"""Forgotten passwords: a link mailed to the account's address sets a new one."""

from learnstream.errors.accounts import AccountDisabled, LinkInvalid, NoSuchUser
from learnstream.integrations import mail
from learnstream.models import EventType, User
from learnstream.services.accounts import (
    accounts,
    addresses,
    links,
    mail_commands,
    sessions,
    signin,
    suppression,
    throttle,
)
from learnstream.services.accounts.links import Purpose
from learnstream.services.accounts.mail_commands import MailCommand
from learnstream.services.accounts.signed_tokens import Claims, state_of
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.services.foundation import audit, events
from learnstream.stores.sql import db
from learnstream.text import folding

MINUTE = 60
# Requests count, not failures, whether the address has an account or not.
FROM_NETWORK = Limit("forgotten-network", failures=5, seconds=15 * MINUTE)
IN_ALL = Limit("forgotten", failures=20, seconds=60 * MINUTE)


def send_link(*, email: str, network: str) -> None:
    """Have a link mailed, if an account has this address. What is done here is the same for every address.

    Raises:
        MailUnconfigured: this deployment sends no mails.
        TooManyFailures: too many links were requested for the address.
    """
    mail.require_configured()
    key = folding.caseless(email)
    throttle.count_request(Counter(FROM_NETWORK, f"{key} {network}"), Counter(IN_ALL, key))
    mail_commands.add(MailCommand.FORGOTTEN_PASSWORD, email=email)


def mint_token(user: User, *, mailed: bool) -> str:
    """Return the token with which a new password can be set.

    mailed: whether it is sent to the account's address, so that using it verifies the address.

    Raises:
        AccountDisabled: the account is disabled.
    """
    if not user.is_active:
        raise AccountDisabled()
    return links.mint(Purpose.RESET_PASSWORD, state=_state(user), user=user.id, mailed=mailed)


def reset(token: str, password: str, *, network: str) -> None:
    """Set a new password, which ends all sessions; if the link was mailed, this verifies the address as well.

    network: the client's, which is paused no longer if it had failed to sign in to the account.

    Raises:
        LinkInvalid, LinkExpired: see `links.read`; also if password or address have changed, or the account is disabled.
        PasswordRefused: the new password is too easy to guess. The link remains valid.
    """
    claims = links.read(Purpose.RESET_PASSWORD, token)
    try:
        user = _require_state(accounts.get(claims["user"]), claims)
        password_hash = accounts.hash_new_password(user, password=password)
        user = _require_state(accounts.lock(user.id), claims)
    except NoSuchUser:
        raise LinkInvalid() from None
    user.password_hash = password_hash or ""
    if claims["mailed"]:
        suppression.confirm_mailbox(user)
    signin.end_pause(email=user.email, network=network)
    ended = sessions.end_all(user_id=user.id, reason="password_reset")
    addresses.cancel(user.id)
    audit.record_about_user("user.password_reset", user.id, by=None, sessions_ended=ended)
    events.record_change(EventType.USER_PASSWORD_CHANGED, user.id, user_id=user.id)
    db.session.flush()


def _require_state(user: User, claims: Claims) -> User:
    claims.require_state(_state(user))
    return user


def _state(user: User) -> str:
    return state_of(user.id, user.email, user.email_changed_at, user.password_hash, user.is_active)
