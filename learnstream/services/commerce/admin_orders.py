"""All orders, for administrators."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from learnstream.clock import now
from learnstream.errors.commerce import NoSuchOrder
from learnstream.models import (
    Coupon,
    LedgerEntry,
    Order,
    Refund,
    User,
    matches_search,
)
from learnstream.services.commerce import standing
from learnstream.services.commerce.standing import ACCEPTED
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.budget import request_budget
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.text.money import decimals

NEWEST = Columns((Order.id,), descending=True)
BATCH = 500  # rows of an export that are read at once
MAX_ID_DIGITS = 18
OF_ORDER = (
    *("id", "user_id", "course_id", "course_title", "course_version", "state", "livemode"),
    *("subtotal", "discount", "tax", "total", "currency"),
    *("created_at", "paid_at", "closed_at"),
)
CSV = (
    *("id", "state", "created_at", "paid_at", "closed_at", "user_id", "name", "email", "course_id", "course_title"),
    *("course_version", "coupon", "currency", "decimals", "subtotal", "discount", "tax", "total", "refunded"),
)
REFUNDED = (
    select(func.coalesce(func.sum(Refund.amount), 0))
    .where(Refund.order_id == Order.id, Refund.state.in_(ACCEPTED))
    .correlate(Order)
    .scalar_subquery()
)


def browse(*, part: Part, **filters: Any) -> Found[dict[str, Any]]:
    """Return a part of the orders, newest first, with their buyers and coupons; see `_matching` for the filters."""
    found = tuples_of(_matching(**filters), NEWEST, part)
    return found.showing([_shown(*each) for each in found.entries])


def find(order_id: int) -> dict[str, Any]:
    """Return an order with its payments, refunds, disputes and entries of the ledger, and what became of its grant.

    Raises:
        NoSuchOrder: it does not exist.
    """
    row = db.session.execute(_query().where(Order.id == order_id)).first()
    if row is None:
        raise NoSuchOrder()
    of_order, grant = standing.accounts(order_id), standing.grant_of(order_id)
    entries = select(LedgerEntry).where(LedgerEntry.order_id == order_id).order_by(LedgerEntry.id)
    return _shown(*row) | {
        "payments": [_payment(each) for each in of_order],
        "refunds": sorted((refund for each in of_order for refund in each.refunds), key=lambda each: each.id),
        "disputes": [dispute for each in of_order for dispute in each.disputes],
        "ledger": db.session.scalars(entries).all(),
        "grant_state": grant.state(now()) if grant else None,
    }


def export(**filters: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows of `CSV` of all matching orders, newest first, in batches that have a time budget each."""
    last: int | None = None
    while batch := _batch(last, filters):
        last = batch[-1]["id"]
        yield from ([each[name] for name in CSV] for each in batch)


def _batch(before: int | None, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    matching = _matching(**filters).order_by(Order.id.desc()).limit(BATCH)
    if before is not None:
        matching = matching.where(Order.id < before)
    with request_budget():
        found = [_shown(*row) for row in db.session.execute(matching)]
        # A slow client must not keep a transaction open.
        db.session.rollback()
    return [each | {"decimals": decimals(each["currency"])} for each in found]


def _matching(
    *,
    q: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    **equal: Any,
) -> Select[Any]:
    """Return the orders that match.

    q: prefixes of words of the buyer's name or address, the whole address as of the order, or its id. since, until: of when it was placed, without
    `until` itself. equal: columns and their values; None matches all.
    """
    conditions = [getattr(Order, name) == value for name, value in equal.items() if value is not None]
    if q:
        conditions.append(_found_by(q))
    if since is not None:
        conditions.append(Order.created_at >= since)
    if until is not None:
        conditions.append(Order.created_at < until)
    return _query().where(*conditions)


def _found_by(q: str) -> ColumnElement[bool]:
    number = q.strip().removeprefix("#")
    ways = [matches_search(q)]
    if number.isascii() and number.isdigit() and len(number) <= MAX_ID_DIGITS:
        ways.append(Order.id == int(number))
    if "@" in q:
        # The account may have another address by now, or none.
        ways.append(func.lower(Order.buyer_email) == q.strip().lower())
    return or_(*ways)


def _query() -> Select[Any]:
    as_ordered = (func.coalesce(Order.buyer_name, User.name), func.coalesce(Order.buyer_email, User.email))
    buyer = (*as_ordered, Coupon.code, REFUNDED)
    return select(Order, *buyer).join(User, User.id == Order.user_id).outerjoin(Coupon, Coupon.id == Order.coupon_id)


def _shown(order: Order, name: str, email: str, code: str | None, refunded: Any) -> dict[str, Any]:
    columns = {column: getattr(order, column) for column in OF_ORDER}
    return columns | {"name": name, "email": email, "coupon": code, "refunded": int(refunded)}


def _payment(account: standing.Account) -> dict[str, Any]:
    names = ("id", "vendor_id", "charge_id", "amount", "tax", "currency", "paid_at")
    payment = {name: getattr(account.payment, name) for name in names}
    return payment | {"refunded": account.refunded, "disputed": account.disputed, "refundable": account.left}
