"""Telling people of an event: one notice to each, however often the event is handled."""

from collections.abc import Collection, Iterable
from itertools import islice

from sqlalchemy import select

from learnstream.clock import UTC_NAME, time_zone
from learnstream.documents.notification import NoticeMail, StoredNotice
from learnstream.models import User
from learnstream.models.mail import MailMode
from learnstream.services.messaging import digest_schedule
from learnstream.services.messaging.choices import choices
from learnstream.services.messaging.notices import bundling, mail_task, unread, writing
from learnstream.services.messaging.notices.news import News, Person
from learnstream.stores.sql import after_commit, db
from learnstream.text.translation import SOURCE

BATCH = 500  # people


def tell(news: News, user_ids: Iterable[int]) -> None:
    """Tell people of an event, each as they have chosen; its actor and disabled accounts are left out.

    Who has been told is not told again, so that it may be repeated, also after it was interrupted.
    """
    remaining = (user_id for user_id in user_ids if user_id != news.actor)
    while batch := list(islice(remaining, BATCH)):
        _tell(news, batch)


def _tell(news: News, user_ids: Collection[int]) -> None:
    notices = _notices(news, user_ids)
    if not notices:
        return
    if news.bundle is not None:
        bundling.join(news, notices)
        bundling.align(news, notices)
    writing.insert_many(notices)
    unread.changed(each["user_id"] for each in notices)
    if daily := [each["user_id"] for each in notices if each["mail"] == NoticeMail.DAILY]:
        digest_schedule.expect(daily)
    if any(each["mail"] == NoticeMail.AT_ONCE for each in notices):
        after_commit(mail_task.wake)


def _notices(news: News, user_ids: Collection[int]) -> list[StoredNotice]:
    """Return the notices for those of the people who want to be told."""
    people = _people(user_ids)
    chosen = choices.of([each.id for each in people], news.kind)
    wanted = [each for each in people if chosen[each.id].in_app or chosen[each.id].mail is not MailMode.NEVER]
    return [news.notice(each, chosen[each.id]) for each in wanted]


def _people(user_ids: Collection[int]) -> list[Person]:
    active = select(User.id, User.language, User.timezone).where(User.id.in_(user_ids), User.is_active)
    return [
        Person(row.id, row.language or SOURCE, time_zone(row.timezone or UTC_NAME))
        for row in db.session.execute(active.order_by(User.id))
    ]
