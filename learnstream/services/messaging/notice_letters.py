"""The links in mails of notices."""

from typing import Any

from flask import current_app

from learnstream.documents.notification import NoticeKind
from learnstream.models import User
from learnstream.models.mail import Mail, MailMode, MailTemplate
from learnstream.services.accounts import suppression
from learnstream.services.messaging.choices import choices, unsubscribing
from learnstream.services.messaging.letters import NotNeeded, letter
from learnstream.stores.sql import db


@letter(MailTemplate.NOTIFICATION)
def notification(mail: Mail) -> dict[str, Any]:
    """Add the links, unless the recipient has unsubscribed meanwhile."""
    return links_unless_stopped(mail, NoticeKind(mail.facts["kind"]))


def links_unless_stopped(mail: Mail, kind: NoticeKind) -> dict[str, Any]:
    """Return the links of a mail of a kind.

    Raises:
        NotNeeded: its recipient wants no mails of the kind any more.
    """
    user = recipient(mail)
    if choices.mail_mode([user.id], kind)[user.id] is MailMode.NEVER:
        raise NotNeeded()
    return links_for(user, kind)


def recipient(mail: Mail) -> User:
    """Return the account that an optional mail is for.

    Raises:
        NotNeeded: it is disabled, has another address now, or one that is suppressed.
    """
    user = db.session.get(User, mail.user_id, populate_existing=True) if mail.user_id else None
    if user is None or not user.is_active or user.email != mail.address:
        raise NotNeeded()
    if suppressed := suppression.find(user.email):
        raise NotNeeded(f"no optional mail to this address since {suppressed.created_at:%Y-%m-%d}: {suppressed.reason}")
    return user


def links_for(user: User, scope: str) -> dict[str, Any]:
    """Return the links of an optional mail: to the school, and to stop mails of its scope."""
    link = current_app.config["APP_URL"] or current_app.config["PUBLIC_URL"]
    return {"link": link, "unsubscribe": unsubscribing.url(user, scope)}
