"""Sends queued mails through the mail server.

A mail is claimed by postponing its next try by a lease, committed before anything is sent. Several workers can therefore
share the work, and no transaction is open while the server is waited for. A mail whose worker has died is due again
when the lease ends; if the server had accepted it, it goes out again with the same `Message-ID`.
"""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.integrations import mail as port
from learnstream.integrations.mail import MailFailure, MailService
from learnstream.logs import redact
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.services.accounts import suppression
from learnstream.services.foundation.retries import describe, storable
from learnstream.services.messaging import failing
from learnstream.services.messaging.composing import compose
from learnstream.services.messaging.letters import NotNeeded
from learnstream.services.messaging.queue import outgoing
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

BATCH = 50
# No further mail of a batch is begun after this many seconds: the lease must outlast the one that has begun by then.
BATCH_SECONDS = 60.0
LEASE = timedelta(seconds=90)
URL = re.compile(r"https?://\S+")


def send_due() -> int:
    """Send due mails until none is left, or the server cannot be reached; return how many were sent."""
    if not port.is_configured():
        return 0
    sent = 0
    with port.service() as service:
        while claimed := _claim():
            batch = _Batch(service, claimed)
            sent += batch.send()
            if batch.failing:
                failing.record()
            if batch.interrupted:
                break
    return sent


def _claim() -> Sequence[Mail]:
    # A template that this release does not have comes from a newer one, which will send the mail.
    due = select(Mail).where(
        Mail.state == MailState.QUEUED, Mail.next_try_at <= now(), Mail.template.in_([*MailTemplate])
    )
    oldest = due.order_by(Mail.next_try_at).limit(BATCH).with_for_update(skip_locked=True)
    mails = db.session.scalars(oldest, execution_options={"populate_existing": True}).all()
    for mail in mails:
        mail.tries += 1
        mail.next_try_at = now() + LEASE
    db.session.commit()
    return mails


@dataclass
class _Batch:
    """Claimed mails, sent one after the other. `failing`: administrators should know what became of one."""

    service: MailService
    mails: Sequence[Mail]
    interrupted: bool = False
    failing: bool = False

    def send(self) -> int:
        """Send the mails; return how many were sent. The rest, if it was interrupted, is due again at once."""
        until = time.monotonic() + BATCH_SECONDS
        sent = 0
        for number, mail in enumerate(self.mails):
            if self.interrupted or time.monotonic() > until:
                _release(self.mails[number:])
                break
            sent += self._send(mail)
        return sent

    def _send(self, mail: Mail) -> bool:
        try:
            message = compose(mail)
            # What the letter has written, and the end of its transaction: the server must not be awaited in one.
            db.session.commit()
            answer = self.service.send(message)
        except NotNeeded as reason:
            db.session.rollback()
            _settle(mail, state=MailState.SUPPRESSED, last_error=_redacted(str(reason)) or None)
        except MailFailure as failure:
            self.interrupted = failure.unreachable
            self.failing |= _fail(mail, failure, permanent=failure.permanent, no_mailbox=failure.no_mailbox)
        except Exception as error:
            db.session.rollback()
            self.failing |= _fail(mail, error)
        else:
            return _settle(
                mail, state=MailState.SENT, sent_at=now(), answer=_redacted(storable(answer)), last_error=None
            )
        return False


def _fail(mail: Mail, error: Exception, *, permanent: bool = False, no_mailbox: bool = False) -> bool:
    """Commit that a try has failed; return whether administrators should know, and not only the sender of this mail."""
    # The text is stored with the mail only: a server's answer may name the recipient.
    log.warning("mail %s (%s) was not sent: %s", mail.id, mail.template, type(error).__name__)
    pause = None if permanent else outgoing.retries.pause_after(mail.tries)
    after: dict[str, Any] = {"state": MailState.FAILED} if pause is None else {"next_try_at": now() + pause}
    reason, alarming = _redacted(describe(error)), not no_mailbox and failing.is_alarming(mail, failed=pause is None)
    if no_mailbox:
        suppression.suppress(mail.address, reason)
    _settle(mail, last_error=reason, failed_at=now() if alarming else mail.failed_at, **after)
    return alarming


def _redacted(text: str) -> str:
    """Return a text without links and secrets, since servers and errors may quote the mail."""
    return redact(URL.sub("[link]", text))


def _settle(mail: Mail, **columns: Any) -> bool:
    """Commit the outcome of a try; return False if the lease has ended and another worker took the mail."""
    claimed = (Mail.id == mail.id, Mail.tries == mail.tries, Mail.state == MailState.QUEUED)
    settled = db.session.scalar(update(Mail).where(*claimed).values(columns).returning(Mail.id))
    db.session.commit()
    if settled is None:
        log.warning("mail %s (%s) was taken over", mail.id, mail.template)
    return settled is not None


def _release(mails: Sequence[Mail]) -> None:
    """Give claimed mails back untried."""
    for mail in mails:
        _settle(mail, tries=Mail.tries - 1, next_try_at=now())
