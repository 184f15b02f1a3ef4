"""Coupons at checkout: what one takes off a price, and its uses by orders.

An order holds a use while it is open, keeps it once it is paid, and gives it back when it expires or fails. The limits of a
coupon are compared with the uses that are held or kept, under the lock of its row. Locks are taken in this order: the
order, the coupon, seats.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors.coupons import (
    CouponLeavesTooLittle,
    CouponNotForCourse,
    CouponNotForCurrency,
    CouponUnknown,
    CouponUsedByBuyer,
    CouponUsedUp,
)
from learnstream.models import Coupon, CouponUse, CouponUseState, Order, OrderState
from learnstream.services.accounts import throttle
from learnstream.services.accounts.throttle import Counter, Limit
from learnstream.stores.sql import db
from learnstream.text import folding, money
from learnstream.text.money import Money

# Codes may be short: whoever tries many that do not exist has to wait.
GUESSES = Limit("coupon", failures=10, seconds=600)
COUNTED = (CouponUseState.HELD, CouponUseState.KEPT)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a coupon takes off a price, and what is left: nothing, or at least what can be charged."""

    coupon: Coupon
    discount: int
    due: Money


def quote(code: str, *, user_id: int, course_id: str, subtotal: Money) -> Quote:
    """Return what the coupon with a code takes off the price of a course.

    A use that the buyer's own open order of the course holds does not count: it is given back before another order holds one.

    Raises:
        TooManyFailures: the buyer has tried too many codes that do not exist.
        CouponUnknown: there is none with this code, or it is not valid now.
        CouponNotForCourse, CouponNotForCurrency: it is not valid for this course or price.
        CouponUsedUp, CouponUsedByBuyer: it was used too often.
        CouponLeavesTooLittle: more than nothing would be left, but less than can be charged.
    """
    coupon = _find(code, user_id)
    if coupon.course_ids is not None and course_id not in coupon.course_ids:
        raise CouponNotForCourse()
    own = select(Order.id).where(
        Order.user_id == user_id, Order.course_id == course_id, Order.state == OrderState.PENDING
    )
    _require_uses_left(coupon, user_id, but_for=db.session.scalars(own).all())
    return price(coupon, subtotal)


def price(coupon: Coupon, subtotal: Money) -> Quote:
    """Return what a coupon takes off a price.

    Raises:
        CouponNotForCurrency: its amount is in another currency.
        CouponLeavesTooLittle: more than nothing would be left, but less than can be charged.
    """
    discount = _discount(coupon, subtotal)
    due = Money(subtotal.amount - discount, subtotal.currency)
    if 0 < due.amount < money.minimum(due.currency):
        raise CouponLeavesTooLittle()
    return Quote(coupon, discount, due)


def hold(order: Order, coupon: Coupon) -> None:
    """Let a locked, open order hold a use of a coupon.

    Raises:
        CouponUnknown: it is not valid any more.
        CouponUsedUp, CouponUsedByBuyer: another order was faster.
    """
    current = db.session.get(Coupon, coupon.id, with_for_update={"key_share": True}, populate_existing=True)
    if current is None or not _is_valid(current):
        raise CouponUnknown()
    _require_uses_left(current, order.user_id, but_for=[order.id])
    held = {"coupon_id": coupon.id, "user_id": order.user_id, "state": CouponUseState.HELD, "updated_at": now()}
    statement = insert(CouponUse).values(order_id=order.id, created_at=now(), **held)
    # An order that was given another coupon, or opened again, has a use already.
    db.session.execute(statement.on_conflict_do_update(index_elements=["order_id"], set_=held))


def keep(order: Order) -> None:
    """Count the use of a locked order that was paid for good, also if it was given back: its page was paid late."""
    _move(order, CouponUseState.KEPT, CouponUse.state != CouponUseState.KEPT)


def give_back(order: Order) -> None:
    """Give the use of a locked order back that expired or failed. Nothing happens if it was paid."""
    _move(order, CouponUseState.GIVEN_BACK, CouponUse.state == CouponUseState.HELD)


def counted() -> ColumnElement[bool]:
    """True for the uses that count towards a coupon's limits."""
    return CouponUse.state.in_(COUNTED)


def _find(code: str, user_id: int) -> Coupon:
    counter = Counter(GUESSES, str(user_id))
    throttle.require_not_paused(counter)
    coupon = db.session.scalar(select(Coupon).where(Coupon.code_key == folding.caseless(code.strip())))
    if coupon is None or not _is_valid(coupon):
        throttle.count_failure(counter)
        raise CouponUnknown()
    return coupon


def _is_valid(coupon: Coupon) -> bool:
    at = now()
    begun = coupon.starts_at is None or coupon.starts_at <= at
    ended = coupon.ends_at is not None and coupon.ends_at <= at
    return coupon.archived_at is None and begun and not ended


def _discount(coupon: Coupon, subtotal: Money) -> int:
    """Return the discount, rounded down to what can be charged in the currency, so that a part never becomes the whole."""
    if coupon.percent is not None:
        discount = subtotal.amount * coupon.percent // 100
    elif coupon.currency != subtotal.currency:
        raise CouponNotForCurrency()
    else:
        discount = min(coupon.amount_off or 0, subtotal.amount)
    return discount - discount % money.step(subtotal.currency)


def _require_uses_left(coupon: Coupon, user_id: int, *, but_for: Collection[int]) -> None:
    by_user = func.count().filter(CouponUse.user_id == user_id)
    others = and_(CouponUse.coupon_id == coupon.id, counted(), CouponUse.order_id.not_in(but_for))
    used, used_by_user = db.session.execute(select(func.count(), by_user).where(others)).one()
    if coupon.max_uses_per_user is not None and used_by_user >= coupon.max_uses_per_user:
        raise CouponUsedByBuyer()
    if coupon.max_uses is not None and used >= coupon.max_uses:
        raise CouponUsedUp()


def _move(order: Order, to: CouponUseState, which: ColumnElement[bool]) -> None:
    if order.coupon_id is None:
        return
    of_order = CouponUse.order_id == order.id
    db.session.execute(update(CouponUse).where(of_order, which).values(state=to, updated_at=now()))
