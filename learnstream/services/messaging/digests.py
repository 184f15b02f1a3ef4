"""Prepares digests: assigns what waits to each, and requests their mails.

The notices of a digest are marked with its local date in MongoDB first; the commit of the mail and of the schedule makes
that effective. What a worker that died has marked is assigned again: its date is later than that of the last digest.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from pymongo import UpdateMany

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeMail
from learnstream.models.mail import MailTemplate
from learnstream.services.messaging import digest_schedule, digest_times, mails
from learnstream.services.messaging.digest_schedule import Due
from learnstream.services.messaging.mails import Asked
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import db
from learnstream.text.translation import SOURCE

CAUSE = "digest"


def prepare_due() -> int:
    """Request the digests that are due, in batches that are committed; return their number."""
    requested = 0
    while claimed := digest_schedule.claim():
        requested += _prepare(claimed)
        db.session.commit()
    db.session.commit()
    return requested


def _prepare(claimed: Sequence[Due]) -> int:
    moment = now()
    due = [each for each in claimed if _is_due(each, moment)]
    days = {each.user.id: digest_times.local_date(moment, each.zone) for each in due if each.user.is_active}
    told = _assign(due, days)
    mails.request_all(MailTemplate.DIGEST, [_asked(each, days[each.user.id]) for each in due if each.user.id in told])
    for each in claimed:
        _reschedule(each, moment, days[each.user.id] if each.user.id in told else None, is_due=each in due)
    db.session.flush()
    return len(told)


def _is_due(each: Due, moment: datetime) -> bool:
    """True unless the account has another time zone now, or it has become too late for the day's digest."""
    return digest_times.is_due(moment, each.zone, each.schedule.sent_on)


def _assign(due: Iterable[Due], days: dict[int, date]) -> set[int]:
    """Assign the unread notices that wait to the digests of these days; return those who have any."""
    active = [each for each in due if each.user.id in days]
    if active:
        Notification.collection().bulk_write([_assignment(each, days[each.user.id]) for each in active], ordered=False)
    by_day = defaultdict(list)
    for user_id, day in days.items():
        by_day[day].append(user_id)
    return {user_id for day, user_ids in by_day.items() for user_id in _with_digest(user_ids, day)}


def _assignment(each: Due, day: date) -> UpdateMany:
    last = each.schedule.sent_on
    waiting: list[Expression] = [
        {"mail": NoticeMail.DAILY.value},
        {"digest": {"$gt": last.isoformat() if last else ""}},
    ]
    assigned = {"mail": NoticeMail.SENT.value, "digest": day.isoformat()}
    return UpdateMany({"user_id": each.user.id, "read_at": None, "$or": waiting}, {"$set": assigned})


def _with_digest(user_ids: Sequence[int], day: date) -> list[int]:
    in_it = {"user_id": {"$in": user_ids}, "digest": day.isoformat(), "read_at": None}
    return Notification.collection().distinct("user_id", in_it)


def _asked(each: Due, day: date) -> Asked:
    user = each.user
    return Asked(f"{CAUSE}:{user.id}:{day}", user.email, user.id, user.language or SOURCE)


def _reschedule(each: Due, moment: datetime, sent_on: date | None, *, is_due: bool) -> None:
    schedule = each.schedule
    schedule.sent_on = sent_on or schedule.sent_on
    schedule.due_at = None if is_due else digest_times.next_after(moment, each.zone, schedule.sent_on)
