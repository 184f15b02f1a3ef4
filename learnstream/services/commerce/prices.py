"""Prices of courses, and the copy of them that the catalogue shows.

PostgreSQL decides what a buyer pays. The copy in MongoDB is written right after the commit, and by a command in case the
process dies or MongoDB is down just then. Either may come late: a copy never replaces that of a later price.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict

from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Course
from learnstream.documents.course import StoredPrice
from learnstream.models import Price
from learnstream.policies import prices
from learnstream.services.authoring import courses
from learnstream.services.foundation import audit, locks, outbox
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import after_commit, db
from learnstream.text.money import Money

log = logging.getLogger(__name__)

CHANGED = "course.price_changed"
# MongoDB may be down for a while; until then, the catalogue shows the former price.
GIVE_UP_AFTER = timedelta(days=2)
HISTORY = 100


class CoursePrice(TypedDict):
    price: Money | None
    history: Sequence[Price]


def of_course(course_id: str) -> CoursePrice:
    """Return what a course costs, and its latest prices."""
    query = select(Price).where(Price.course_id == course_id).order_by(Price.id.desc()).limit(HISTORY)
    history = db.session.scalars(query).all()
    return {"price": history[0].money if history else None, "history": history}


def change(course_id: str, price: Money | None, *, by: int) -> CoursePrice:
    """Set what a course costs from now on; None for a free one. Nothing happens if that is the present price."""
    # In the order of their ids, prices become effective: the lock lets no later id commit first.
    locks.lock_course(course_id)
    present = prices.current(course_id)
    before = present.money if present else None
    if price != before:
        _insert(course_id, price, by)
        audit.record("course.priced", actor_id=by, target_kind="course", target_id=course_id, **_change(before, price))
        db.session.flush()
    return of_course(course_id)


def _insert(course_id: str, price: Money | None, by: int) -> None:
    amount, currency = (price.amount, price.currency) if price else (None, None)
    row = Price(course_id=course_id, amount=amount, currency=currency, created_by=by)
    db.session.add(row)
    db.session.flush()
    outbox.add(CHANGED, course_id=course_id)
    after_commit(partial(_try_to_show, course_id, _stored(row)))


def _change(before: Money | None, after: Money | None) -> dict[str, Any]:
    return {
        name: each and {"amount": each.amount, "currency": each.currency}
        for name, each in (("before", before), ("after", after))
    }


def _stored(row: Price) -> StoredPrice:
    return {"id": row.id, "amount": row.amount, "currency": row.currency}


def _try_to_show(course_id: str, price: StoredPrice) -> None:
    try:
        _show(course_id, price)
    except STORE_FAILURES as error:
        # The command does it as soon as MongoDB is back.
        log.warning("the price of course %s is not shown yet: %s", course_id, type(error).__name__)


@outbox.handles(CHANGED, give_up_after=GIVE_UP_AFTER)
def show_price(payload: dict[str, Any]) -> None:
    """Let the catalogue show the present price of a course."""
    row = prices.current(payload["course_id"])
    if row is not None:
        _show(payload["course_id"], _stored(row))


def _show(course_id: str, price: StoredPrice) -> None:
    former = {"$or": [{"price": None}, {"price.id": {"$lt": price["id"]}}]}
    Course.collection().update_one({"_id": ObjectId(course_id), **former}, {"$set": {"price": price}})
    # Also if another has written it: it may have died before this.
    courses.invalidate(course_id)
