"""The fact that mails fail, for administrators, recorded once an hour while they do."""

from datetime import timedelta

from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.models import EventType
from learnstream.models.mail import Mail
from learnstream.services.foundation import events
from learnstream.stores.sql import db

HOUR = timedelta(hours=1)
# After two and a half minutes. Before, a server may be restarting, or put off every sender that it does not know.
ALARMING_TRIES = 5


def is_alarming(mail: Mail, *, failed: bool) -> bool:
    """True if a mail has failed for good, or has been put off for some minutes."""
    return failed or mail.tries >= ALARMING_TRIES


def record() -> None:
    """Record that mails fail, and commit, unless that was recorded in this hour."""
    recent = select(func.count(), func.min(Mail.failed_at)).where(Mail.failed_at > now() - HOUR)
    failed, since = db.session.execute(recent).one()
    if since is not None:
        events.record(EventType.MAIL_FAILING, f"{now():%Y-%m-%dT%H}", failed=failed, since=since.isoformat())
    db.session.commit()
