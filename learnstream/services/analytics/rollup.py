"""The roll-up: derives course progress and figures from progress records and enrollments.

It follows the changes since its last run, marks the figures that they affect, writes absolute values, and then recounts
the marked figures. It may run twice, be interrupted at any point, and run in two workers at once: repeated work changes
nothing, and interrupted work is found again, because the watermark moves only past finished work.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict

import pymongo
from bson import ObjectId
from sqlalchemy import select, tuple_

from learnstream.clock import now
from learnstream.documents import CourseProgress, Progress
from learnstream.documents.projection import Projection
from learnstream.models import Enrollment
from learnstream.services.analytics import course_figures, course_records, lesson_figures, recounts
from learnstream.services.analytics.course_records import Lessons, Overtaken, Pair
from learnstream.services.analytics.recounts import TIMEOUT
from learnstream.services.foundation import lease
from learnstream.services.foundation.lease import Lease, LeaseLost
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

# A change that became visible this long after its timestamp is still seen.
OVERLAP = timedelta(minutes=2)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
BATCH = 500
CHECK_WAITING_EVERY = timedelta(hours=1)


class ChangedRecord(TypedDict):
    user_id: int
    course_id: ObjectId
    lesson_id: ObjectId
    revision: int
    updated_at: datetime


class WaitingLearner(TypedDict):
    user_id: int
    course_id: ObjectId


CHANGED = Projection(Progress, ChangedRecord)
WAITING = Projection(CourseProgress, WaitingLearner)


def run(*, rest: float = recounts.REST) -> bool:
    """Bring everything up to date and return True, or False if another worker is doing so.

    rest: after a count, figures rest for this multiple of its duration.
    """
    with lease.hold(lease.ROLLUP) as held:
        if held is None:
            return False
        try:
            _run(held, rest)
        except (LeaseLost, Overtaken) as error:
            log.warning("the roll-up was overtaken: %s", type(error).__name__)
            return False
    return True


def as_of() -> datetime | None:
    """Return the instant up to which everything is rolled up; None before the first run.

    Changes that became visible at that very instant may have to wait for the next run.
    """
    return lease.notes(lease.ROLLUP).get("as_of")


def _run(held: Lease, rest: float) -> None:
    began = now()
    # Records before enrollments: a reset changes them in this order.
    _follow_progress(held, began)
    _follow_seats(held, began)
    _check_waiting(held, began)
    lesson_figures.recount(held, rest=rest)
    course_figures.recount(held, rest=rest)
    held.renew(as_of=began)


def _follow_progress(held: Lease, until: datetime) -> None:
    since = lease.notes(lease.ROLLUP).get("progress_through", EPOCH)
    changed = {"updated_at": {"$gte": since, "$lt": until}}
    for batch in CHANGED.batches(changed, BATCH, timeout=TIMEOUT, sort=[("updated_at", 1)]):
        changes: defaultdict[Pair, dict[str, int]] = defaultdict(dict)
        for record in batch:
            pair = (record["user_id"], str(record["course_id"]))
            changes[pair][str(record["lesson_id"])] = record["revision"]
        _settle(changes)
        held.renew(progress_through=min(batch[-1]["updated_at"], until - OVERLAP))


def _follow_seats(held: Lease, until: datetime) -> None:
    since = lease.notes(lease.ROLLUP).get("seats_through", EPOCH)
    for batch in _changed_seats(since, until):
        _settle({(user_id, course_id): {} for _, _, user_id, course_id in batch})
        held.renew(seats_through=min(batch[-1][0], until - OVERLAP))


def _changed_seats(since: datetime, until: datetime) -> Iterator[list[Any]]:
    last: tuple[datetime, int] = (since, 0)
    position = tuple_(Enrollment.updated_at, Enrollment.id)
    while True:
        batch = db.session.execute(
            select(Enrollment.updated_at, Enrollment.id, Enrollment.user_id, Enrollment.course_id)
            .where(position > last, Enrollment.updated_at < until)
            .order_by(Enrollment.updated_at, Enrollment.id)
            .limit(BATCH)
        ).all()
        if not batch:
            db.session.commit()
            return
        yield list(batch)
        last = (batch[-1].updated_at, batch[-1].id)


def _check_waiting(held: Lease, began: datetime) -> None:
    """Settle learners who only lack a grade to complete a course: a better one may become visible with time alone."""
    if began < lease.notes(lease.ROLLUP).get("waiting_checked_at", EPOCH) + CHECK_WAITING_EVERY:
        return
    waiting = {"completed_at": {"$type": "null"}, "fraction": {"$gte": 1}}
    for batch in WAITING.batches(waiting, BATCH, timeout=TIMEOUT):
        _settle({(each["user_id"], str(each["course_id"])): {} for each in batch})
        held.renew()
    held.renew(waiting_checked_at=began)


def _settle(changes: Mapping[Pair, Lessons]) -> None:
    with pymongo.timeout(TIMEOUT):
        course_records.settle(changes)
