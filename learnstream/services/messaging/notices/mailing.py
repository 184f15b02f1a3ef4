"""Requests the mails of notices that go by mail at once: when they are due, those of a person and a kind in one mail.

A mail is requested first, once for its cause, and the notices are marked as mailed after the commit. After a crash in
between, it is requested again, which has no effect.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, NoticeMail, ShownNotice
from learnstream.documents.projection import Projection
from learnstream.models import User
from learnstream.models.mail import MailTemplate
from learnstream.services.messaging import announcement_letter, mails
from learnstream.services.messaging.mails import Asked
from learnstream.services.messaging.notices import wording
from learnstream.stores.sql import db
from learnstream.text.translation import SOURCE

BATCH = 500  # notices


class DueNotice(ShownNotice):
    """A notice that is to be mailed."""

    user_id: int
    mail_at: datetime


Group = list[DueNotice]

DUE = Projection(Notification, DueNotice)
# In the order of the index. What is equal goes in one mail.
GROUP = ("mail_at", "user_id", "kind")
_group_of = itemgetter(*GROUP)


def request_due(batch: int = BATCH) -> int:
    """Request the mails that are due; return the number of notices that they tell of. Several workers may do so at once."""
    told = 0
    while groups := _due_groups(batch):
        unread = [group for each in groups if (group := [notice for notice in each if notice["read_at"] is None])]
        _request(unread)
        db.session.commit()
        _mark(groups)
        told += sum(map(len, unread))
    return told


def _due_groups(batch: int) -> list[Group]:
    """Return what is due next, by mails."""
    due = {"mail": NoticeMail.AT_ONCE.value, "mail_at": {"$lte": now()}, "kind": {"$in": [*NoticeKind]}}
    found = DUE.find(due, sort=[(name, 1) for name in GROUP], limit=batch)
    groups = [[*group] for _, group in groupby(found, _group_of)]
    if len(found) < batch:
        return groups
    # The last one may be incomplete.
    return groups[:-1] or [DUE.find({**due, **dict(zip(GROUP, _group_of(found[0]), strict=True))})]


def _request(groups: Sequence[Group]) -> None:
    people = _people({group[0]["user_id"] for group in groups})
    asked: dict[MailTemplate, list[Asked]] = defaultdict(list)
    for group in groups:
        if person := people.get(group[0]["user_id"]):
            if group[0]["kind"] == NoticeKind.ANNOUNCEMENT:
                asked[MailTemplate.ANNOUNCEMENT] += [_announcement(each, person) for each in group]
            else:
                asked[MailTemplate.NOTIFICATION].append(_notification(group, person))
    for template, mails_of_template in asked.items():
        mails.request_all(template, mails_of_template)


def _notification(group: Group, person: User) -> Asked:
    kind, language = group[0]["kind"], person.language or SOURCE
    texts = [wording.text(each, language) for each in group]
    cause = f"notices:{kind}:{person.id}:{group[0]['mail_at'].isoformat()}"
    return Asked(cause, person.email, person.id, language, {"kind": kind, "notices": texts})


def _announcement(notice: DueNotice, person: User) -> Asked:
    """Return the mail of an announcement, which has a text of its own; its letter adds that."""
    facts = {"kind": notice["kind"], "of": notice["facts"]["of"]}
    cause = announcement_letter.cause(str(notice["target"]["id"]))
    return Asked(cause, person.email, person.id, person.language or SOURCE, facts)


def _people(user_ids: Collection[int]) -> dict[int, User]:
    active = select(User).where(User.id.in_(user_ids), User.is_active)
    return {each.id: each for each in db.session.scalars(active, execution_options={"populate_existing": True})}


def _mark(groups: Sequence[Group]) -> None:
    """Mark notices as mailed; those that were read before that need no mail."""
    for mail, is_read in ((NoticeMail.SENT, False), (NoticeMail.NONE, True)):
        ids = [each["_id"] for group in groups for each in group if (each["read_at"] is not None) is is_read]
        if ids:
            Notification.collection().update_many({"_id": {"$in": ids}}, {"$set": {"mail": mail.value}})
