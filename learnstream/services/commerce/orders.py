"""Orders as their buyers see them."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.errors.commerce import NoSuchOrder
from learnstream.models import Coupon, Order, OrderState, Payment, Refund, RefundState
from learnstream.services.commerce import pages
from learnstream.services.foundation.lists import rows_of
from learnstream.stores.counters import Counters
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

NEWEST = Columns((Order.id,), descending=True)
# A page that polls asks us as often as it likes, and we ask the vendor once in so many seconds.
ASKED_EVERY = 3
# The vendor has promised these.
PROMISED = (RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED)


AMOUNTS = ("subtotal", "discount", "tax", "total", "currency")
SHOWN = (
    *(*AMOUNTS, "id", "course_id", "course_title", "course_version", "state"),
    *("accepted_terms_at", "created_at", "paid_at", "closed_at"),
)


def find(order_id: int, *, buyer_id: int) -> Order:
    """Return an order of this buyer.

    Raises:
        NoSuchOrder: there is none, or it is somebody else's.
    """
    order = db.session.scalar(select(Order).where(Order.id == order_id, Order.user_id == buyer_id))
    if order is None:
        raise NoSuchOrder()
    return order


def find_current(order_id: int, *, buyer_id: int) -> Order:
    """Return an order of this buyer, brought up to date with the vendor if it is open.

    Raises:
        NoSuchOrder: as in `find`.
        PaymentServiceError: the vendor failed; what is stored is `find`'s.
    """
    order = find(order_id, buyer_id=buyer_id)
    return pages.look_up(order) if _is_due(order) else order


def browse(buyer_id: int, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the orders of a buyer, the latest first."""
    found = rows_of(select(Order).where(Order.user_id == buyer_id), NEWEST, part)
    return found.showing(shown(found.entries))


def shown(found: Sequence[Order]) -> list[dict[str, Any]]:
    """Return orders as their buyers see them: with payments, what was refunded, and the coupon's code."""
    ids = [order.id for order in found]
    payments, refunded, codes = _payments(ids), _refunded(ids), _codes(found)
    return [
        {
            **{name: getattr(order, name) for name in SHOWN},
            "payments": payments.get(order.id, []),
            "refunded": refunded.get(order.id, 0),
            "coupon": codes.get(order.coupon_id or 0),
            "on_its_way": is_on_its_way(order),
            "checkout_url": open_page_of(order),
        }
        for order in found
    ]


def shown_checkout(order: Order) -> dict[str, Any]:
    """Return what a buyer needs to pay an order."""
    names = (*AMOUNTS, "id", "state", "checkout_expires_at")
    return {**{name: getattr(order, name) for name in names}, "checkout_url": open_page_of(order)}


def is_on_its_way(order: Order) -> bool:
    """True if a payment was started that has yet to arrive."""
    return order.state is OrderState.PENDING and order.checkout_completed_at is not None


def open_page_of(order: Order) -> str | None:
    """Return the URL of the page on which an order can be paid now, if there is one."""
    is_open = order.state is OrderState.PENDING and not is_on_its_way(order)
    ends = order.checkout_expires_at
    return order.checkout_url if is_open and (ends is None or ends > now()) else None


def _is_due(order: Order) -> bool:
    if order.state is not OrderState.PENDING or order.checkout_id is None:
        return False
    if not current_app.config["RATELIMIT_ENABLED"]:
        return True
    return _counters().incr(f"order-asked:{order.id}", ASKED_EVERY) == 1


@cache
def _counters() -> Counters:
    return Counters()


def _payments(ids: Collection[int]) -> dict[int, list[Payment]]:
    found: dict[int, list[Payment]] = {}
    for each in db.session.scalars(select(Payment).where(Payment.order_id.in_(ids)).order_by(Payment.id)):
        found.setdefault(each.order_id, []).append(each)
    return found


def _refunded(ids: Collection[int]) -> dict[int, int]:
    of_orders = select(Refund.order_id, func.sum(Refund.amount)).where(Refund.order_id.in_(ids))
    found = db.session.execute(of_orders.where(Refund.state.in_(PROMISED)).group_by(Refund.order_id))
    return {order_id: int(amount) for order_id, amount in found}


def _codes(found: Collection[Order]) -> dict[int, Any]:
    ids = {order.coupon_id for order in found if order.coupon_id is not None}
    if not ids:
        return {}
    return {row.id: row.code for row in db.session.execute(select(Coupon.id, Coupon.code).where(Coupon.id.in_(ids)))}
