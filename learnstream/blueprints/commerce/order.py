"""Buying courses, and one's own orders."""

import logging
from collections.abc import Sequence
from typing import Any

from flask import request

from learnstream.blueprints.commerce import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.rate_limit import limited
from learnstream.errors.accounts import EmailUnverified, TooManyFailures
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.commerce import (
    CheckoutInProgress,
    NoSuchOrder,
    NotForSale,
    PaymentOnItsWay,
    PriceChanged,
    TermsNotAccepted,
)
from learnstream.errors.coupons import (
    CouponLeavesTooLittle,
    CouponNotForCourse,
    CouponNotForCurrency,
    CouponUnknown,
    CouponUsedByBuyer,
    CouponUsedUp,
)
from learnstream.errors.enrollment import AlreadyEnrolled, CourseArchived, EnrollmentBarred
from learnstream.errors.payment_service import PaymentServiceError, Refused, Unconfigured
from learnstream.models import Order
from learnstream.schemas.commerce.order import CheckoutRequestSchema, CheckoutSchema, OrderSchema
from learnstream.services.accounts import verification
from learnstream.services.commerce import checkout, orders
from learnstream.services.commerce.placing import Purchase
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

log = logging.getLogger(__name__)

blp = Blueprint("order", __name__, position=107, title="Orders", description="Buying courses, and one's own orders.")

# Each may be a call to the vendor.
CHECKOUTS = "20 per minute"
COUPON_ERRORS = (CouponUnknown, CouponNotForCourse, CouponNotForCurrency, CouponLeavesTooLittle)
USED = (CouponUsedUp, CouponUsedByBuyer)
CHANGED = PriceChanged(price=cast.PRICE)


@blp.post("/courses/<object_id:course_id>/checkout")
@limited(CHECKOUTS)
@blp.arguments(CheckoutRequestSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, CheckoutSchema, example=examples.CHECKOUT)
@blp.raises(
    *(NoSuchCourse, EmailUnverified, EnrollmentBarred, TermsNotAccepted()),
    *(AlreadyEnrolled, CourseArchived, NotForSale, CHANGED, PaymentOnItsWay, CheckoutInProgress),
    *(*COUPON_ERRORS, *USED, TooManyFailures, PaymentServiceError, Refused, Unconfigured),
)
def create_checkout(body: dict[str, Any], course_id: str) -> dict[str, Any]:
    """Order a course, and get the page on which to pay it.

    Asking again gets the same page while the price and the coupon are the same; otherwise the former page is closed first. The
    seat is open once the payment is confirmed: see the order's `state`. With a coupon of 100% nothing is to be paid, and
    the seat is open at once.
    """
    if not body.pop("accept_terms"):
        raise TermsNotAccepted()
    verification.require_for_enrolling(caller.id)
    order = checkout.check_out(Purchase(caller.id, course_id, **body), base=request.url_root)
    return orders.shown_checkout(order)


@blp.get("/users/me/orders")
@blp.response(200, OrderSchema(many=True), example=[examples.ORDER])
@blp.paginate(CursorSchema)
def list_my_orders(page: Page) -> Sequence[dict[str, Any]]:
    """List the caller's orders, the latest first.

    As they were known last: only a single order is compared with the payment service.
    """
    return entries(page, orders.browse(caller.id, part=requested_part(page)))


@blp.get("/orders/<row_id:order_id>")
@commits()
@blp.response(200, OrderSchema, example=examples.ORDER)
@blp.raises(NoSuchOrder)
def read_order(order_id: int) -> dict[str, Any]:
    """Get an order of the caller, with receipts and invoices.

    While it is `pending`, the payment service is asked, so that a payment shows at once. If it does not respond, the order is
    shown as it was known last. Administrators see everybody's orders elsewhere.
    """
    [shown] = orders.shown([current_order(order_id, caller.id)])
    return shown


def current_order(order_id: int, buyer_id: int) -> Order:
    """Return an order of this buyer, up to date if the payment service responds."""
    try:
        return orders.find_current(order_id, buyer_id=buyer_id)
    except PaymentServiceError as error:
        log.warning("order %s could not be looked up: %s", order_id, error)
    except Unconfigured:
        log.warning("order %s could not be looked up: no payment service is configured", order_id)
    return orders.find(order_id, buyer_id=buyer_id)
