"""Unsubscribing from optional mails by their links, which work without a sign-in, and for good.

A link belongs to an account with an address, and stops the mails of its scope: those of a kind of notice, or the daily
ones. It may be used any number of times.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.documents.notification import NoticeKind
from learnstream.errors.accounts import LinkInvalid, NoSuchUser
from learnstream.models import User
from learnstream.models.mail import MailMode
from learnstream.models.notification_choice import EVERY_KIND, NotificationChoice
from learnstream.services.accounts import accounts
from learnstream.services.foundation.signed_texts import SignedText
from learnstream.services.messaging.choices import choices
from learnstream.stores.sql import db

PAGE = "/unsubscribe"
# The scope of a digest: the kinds that are mailed daily.
DAILY = "daily"
# Mails may be kept for years, so that a kind may be one that this release does not have any more.
TOKEN = SignedText(
    "learnstream.unsubscribe",
    re.compile(r"(?P<user>[1-9][0-9]{0,18})\.(?P<scope>[a-z_]{1,40})\.(?P<address>[0-9a-f]{16})"),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link stops: the mails of a scope to an account."""

    user: User
    scope: str

    def kinds(self) -> list[str]:
        """Return the kinds of notices whose mails it stops."""
        if self.scope != DAILY:
            return [self.scope]
        chosen = choices.chosen([self.user.id], [*NoticeKind, EVERY_KIND]).get(self.user.id, {})
        return [kind for kind in NoticeKind if choices.applying(chosen, kind).mail is MailMode.DAILY]


def url(user: User, scope: str) -> str:
    """Return the link with which the owner of an account's present address unsubscribes from a scope."""
    token = TOKEN.sign(f"{user.id}.{scope}.{_fingerprint(user)}")
    return f"{current_app.config['PUBLIC_URL']}{PAGE}?token={quote(token, safe='')}"


def read(token: str) -> Subscription:
    """Return what a token stops.

    Raises:
        LinkInvalid: it is malformed or forged, or the account has another address now.
    """
    found = TOKEN.read(token)
    try:
        user = accounts.get(int(found["user"])) if found else None
    except NoSuchUser:
        user = None
    if found is None or user is None or found["address"] != _fingerprint(user):
        raise LinkInvalid()
    return Subscription(user, found["scope"])


def unsubscribe(token: str, *, everything: bool = False) -> Subscription:
    """Stop the mails of a token's scope, or all optional mails, those of later releases' kinds included.

    Raises:
        LinkInvalid: see `read`.
    """
    subscription = read(token)
    user_id = subscription.user.id
    # Changes of preferences begin likewise.
    accounts.lock(user_id)
    if everything:
        chosen = (NotificationChoice.user_id == user_id, NotificationChoice.mail.is_not(None))
        db.session.execute(update(NotificationChoice).where(*chosen).values(mail=MailMode.NEVER))
    _never(user_id, [EVERY_KIND] if everything else subscription.kinds())
    return subscription


def _never(user_id: int, kinds: list[str]) -> None:
    if not kinds:
        return
    rows = [{"user_id": user_id, "kind": kind, "mail": MailMode.NEVER} for kind in kinds]
    added = insert(NotificationChoice).values(rows)
    never = {"mail": MailMode.NEVER, "updated_at": now()}
    db.session.execute(added.on_conflict_do_update(index_elements=["user_id", "kind"], set_=never))


def _fingerprint(user: User) -> str:
    return hashlib.sha256(f"{user.id}\n{user.email}".encode()).hexdigest()[:16]
