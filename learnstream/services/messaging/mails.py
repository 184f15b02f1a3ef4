"""The queue of mails: requesting one, and what administrators see of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import age, now
from learnstream.errors.messaging import MAILS_KEPT, NoSuchMail, NotFailed
from learnstream.integrations import mail as port
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import rows_of
from learnstream.services.messaging.queue import outgoing
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import after_commit, db
from learnstream.text.translation import SOURCE

NEWEST = Columns((Mail.id,), descending=True)
QUEUED, FAILED = Mail.state == MailState.QUEUED, Mail.state == MailState.FAILED


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail to request.

    cause: identifies the event or command that requests it. A mail of the same template to the same address is
    requested once per cause. facts: what the template says, without links and tokens, which its letter adds.
    """

    cause: str
    address: str
    user_id: int | None
    language: str = SOURCE
    facts: dict[str, Any] = field(default_factory=dict)


def request(
    template: MailTemplate,
    *,
    cause: str,
    address: str,
    user_id: int | None = None,
    language: str = SOURCE,
    **facts: Any,
) -> None:
    """Request a mail; see `Asked` and `request_all`."""
    request_all(template, [Asked(cause, address, user_id, language, facts)])


def request_all(template: MailTemplate, asked: Sequence[Asked]) -> None:
    """Request mails in the present transaction; they are sent as soon as it has committed.

    Without a mail server nothing is requested: mails must not go out, outdated, once there is one.
    """
    if not asked or not port.is_configured():
        return
    # In one order, so that two transactions that request the same mails cannot deadlock.
    ordered = sorted(asked, key=lambda each: (each.cause, each.address))
    rows = [{"template": template.value, **asdict(each)} for each in ordered]
    added = insert(Mail).on_conflict_do_nothing().returning(Mail.id)
    if db.session.scalars(added, rows).first() is not None:
        after_commit(outgoing.wake)


def count_since(since: datetime, template: MailTemplate, *, user_id: int) -> int:
    """Return how many mails of a template were requested for an account since then."""
    requested = (Mail.user_id == user_id, Mail.template == template.value, Mail.created_at > since)
    return db.session.scalar(select(func.count()).select_from(Mail).where(*requested)) or 0


def browse(
    *,
    part: Part,
    state: MailState | None = None,
    template: MailTemplate | None = None,
    address: str | None = None,
) -> Found[Mail]:
    """Return a part of the mails, newest first."""
    equal = {"state": state, "template": template and template.value, "address": address}
    return rows_of(select(Mail).filter_by(**{name: value for name, value in equal.items() if value}), NEWEST, part)


def retry(mail_id: int, *, by: int) -> Mail:
    """Have a failed mail sent again at once, with all its tries.

    Raises:
        NoSuchMail, NotFailed: there is no such mail, or it has not failed.
    """
    mail = db.session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None:
        raise NoSuchMail()
    if mail.state is not MailState.FAILED:
        raise NotFailed()
    details = {"template": mail.template, "last_error": mail.last_error}
    audit.record("mail.retried", actor_id=by, target_kind="mail", target_id=mail.id, **details)
    mail.state, mail.tries, mail.next_try_at = MailState.QUEUED, 0, now()
    db.session.flush()
    after_commit(outgoing.wake)
    return mail


def lag() -> dict[str, Any]:
    """Return how many mails are waiting, since when the oldest is, how many have failed, and the latest success."""
    waiting = select(func.count(), func.min(Mail.created_at)).where(QUEUED)
    queued, oldest_at = db.session.execute(waiting).one()
    return {
        "configured": port.is_configured(),
        "queued": queued,
        "oldest_at": oldest_at,
        "seconds": age(oldest_at) or 0.0,
        "failed": db.session.scalar(select(func.count()).select_from(Mail).where(FAILED)),
        "last_sent_at": db.session.scalar(select(func.max(Mail.sent_at))),
    }


def delete_old() -> int:
    """Delete mails past their retention, except those still queued; return how many."""
    old = delete(Mail).where(Mail.created_at < now() - MAILS_KEPT, ~QUEUED).returning(Mail.id)
    return len(db.session.scalars(old).all())
