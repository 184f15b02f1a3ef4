"""Placing orders: one open order a person and course, committed before the vendor is asked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import ScalarSelect, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.documents import CourseStatus
from learnstream.errors.commerce import CheckoutInProgress, NotForSale, PriceChanged
from learnstream.errors.enrollment import CourseArchived
from learnstream.integrations.payments import current_payments
from learnstream.models import Order, OrderState, User
from learnstream.policies import prices
from learnstream.policies.prices import Offer
from learnstream.services.commerce import coupons, granting
from learnstream.services.commerce.coupons import Quote
from learnstream.services.delivery import catalogue
from learnstream.stores.sql import db
from learnstream.text.money import Money

# How long a page can be paid; the vendor allows 30 minutes to 24 hours. A coupon is held as long.
PAGE_LIFETIME = timedelta(hours=2)
FIRST_CHECK = timedelta(minutes=10)
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Purchase:
    """A wish to buy: `expected` is the price that the buyer was shown, before a coupon; None if the client does not say."""

    user_id: int
    course_id: str
    coupon: str | None = None
    expected: Money | None = None


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """A course that is open to new learners, in its current version."""

    title: str
    version: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An open order, locked. `fits`: it is for the present price and coupon."""

    order: Order
    fits: bool


def place(purchase: Purchase) -> Placed:
    """Return the buyer's open order of a course, or place one. The caller must commit.

    Raises:
        NoSuchCourse, CourseArchived: the course is not open to new learners.
        NotForSale: it is free.
        PriceChanged: it costs something else than the buyer was shown.
        AlreadyEnrolled, EnrollmentBarred: there is nothing to pay for.
        Unconfigured: no payment service is configured.
        the errors of `coupons.quote` and `coupons.hold`.
    """
    livemode = current_payments().livemode
    course = _open_course(purchase.course_id)
    offer = prices.offer(purchase.user_id, purchase.course_id)
    price = _price_of(offer, purchase)
    quote = _quote(purchase, price)
    for _ in range(ATTEMPTS):
        order = _open_order(purchase)
        if order is not None and order.livemode is not livemode:
            # Nobody can pay it here since the key was replaced. If it is paid nevertheless, it counts.
            granting.close(order, OrderState.EXPIRED)
        elif order is not None:
            return Placed(order, fits=_fits(order, price, quote))
        if order := _insert(purchase, course, offer, price, quote, livemode=livemode):
            return Placed(order, fits=True)
    raise CheckoutInProgress()


def _open_course(course_id: str) -> OpenCourse:
    """Return what is for sale, as the buyer saw it on the course's page, also while MongoDB is down."""
    page = orjson.loads(catalogue.read(course_id).body)
    if page["status"] == CourseStatus.ARCHIVED:
        raise CourseArchived()
    return OpenCourse(page["title"], page["version"])


def _price_of(offer: Offer, purchase: Purchase) -> Money:
    if offer.money is None:
        raise NotForSale()
    prices.require_buyable(offer)
    if purchase.expected not in (None, offer.money):
        raise PriceChanged(price={"amount": offer.money.amount, "currency": offer.money.currency})
    return offer.money


def _quote(purchase: Purchase, price: Money) -> Quote | None:
    if purchase.coupon is None:
        return None
    return coupons.quote(purchase.coupon, user_id=purchase.user_id, course_id=purchase.course_id, subtotal=price)


def _open_order(purchase: Purchase) -> Order | None:
    mine = (Order.user_id == purchase.user_id, Order.course_id == purchase.course_id)
    query = select(Order).where(*mine, Order.state == OrderState.PENDING)
    return db.session.scalar(query.with_for_update(key_share=True), execution_options={"populate_existing": True})


def _fits(order: Order, price: Money, quote: Quote | None) -> bool:
    coupon_id = quote.coupon.id if quote else None
    return (order.subtotal, order.currency, order.coupon_id) == (price.amount, price.currency, coupon_id)


def _insert(
    purchase: Purchase, course: OpenCourse, offer: Offer, price: Money, quote: Quote | None, *, livemode: bool
) -> Order | None:
    """Insert an order and let it hold its coupon; return None if another request was faster."""
    at = now()
    values: dict[str, Any] = {
        "user_id": purchase.user_id,
        "buyer_name": _of_buyer(User.name, purchase),
        "buyer_email": _of_buyer(User.email, purchase),
        "course_id": purchase.course_id,
        "course_title": course.title,
        "course_version": course.version,
        "price_id": offer.id,
        "coupon_id": quote.coupon.id if quote else None,
        "subtotal": price.amount,
        "discount": quote.discount if quote else 0,
        "total": quote.due.amount if quote else price.amount,
        "currency": price.currency,
        "accepted_terms_at": at,
        "livemode": livemode,
        # In whole seconds, as the vendor counts.
        "checkout_expires_at": (at + PAGE_LIFETIME).replace(microsecond=0),
        "next_check_at": at + FIRST_CHECK,
    }
    # The partial unique index decides between requests at once: the later ones wait here for the first to commit.
    order = db.session.scalar(insert(Order).values(values).on_conflict_do_nothing().returning(Order))
    if order is not None and quote is not None:
        coupons.hold(order, quote.coupon)
    return order


def _of_buyer(column: Any, purchase: Purchase) -> ScalarSelect[Any]:
    """Return what the buyer's account says at this moment, read in the same statement."""
    return select(column).where(User.id == purchase.user_id).scalar_subquery()
