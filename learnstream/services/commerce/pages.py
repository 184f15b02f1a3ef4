"""The vendor's pages of orders: opened once for each attempt at an order, and closed.

None of these functions calls the vendor inside an open transaction: they commit before.
"""

import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.errors.commerce import CheckoutInProgress
from learnstream.errors.payment_service import Busy, Refused, Unknown
from learnstream.integrations.payments import Checkout, CheckoutRequest, PaymentService, current_payments
from learnstream.models import Order, OrderState
from learnstream.services.commerce import granting, order_locks, return_links
from learnstream.services.commerce.placing import PAGE_LIFETIME
from learnstream.stores.sql import db

# While another request is opening the same page, which takes the vendor about a second.
PATIENCE, LOOK_EVERY = 4.0, 0.1  # seconds


def open_page(order: Order, *, base: str) -> Order:
    """Open the page of an order's present attempt, and return the order with it.

    The same attempt is asked for again after an unclear outcome, so that there is never a second page. Only if the vendor
    refuses it, because the time of the page is over for instance, there is another attempt.

    Raises:
        PaymentServiceError: the vendor failed, and the order waits for another request.
        CheckoutInProgress: another request is opening the page, and takes long.
    """
    try:
        return _open(order, base=base)
    except Refused:
        if not _begin_attempt(order):
            raise
    try:
        return _open(order, base=base)
    except Refused:
        close(order.id)
        db.session.commit()
        raise


def look_up(order: Order) -> Order:
    """Ask the vendor what became of an order's page, and settle the order accordingly."""
    return _settle(order, lambda service, checkout_id: service.find_checkout(checkout_id))


def expire(order: Order) -> Order:
    """Close an order that its buyer does not want any more; if it was paid meanwhile, that counts."""
    if order.checkout_id is None:
        # If its page is being opened just now, whoever does so closes it; one that nobody was shown expires by itself.
        close(order.id)
        db.session.commit()
        return get(order.id)
    return _settle(order, lambda service, checkout_id: service.expire_checkout(checkout_id))


def get(order_id: int) -> Order:
    """Return an order as it is now."""
    query = select(Order).where(Order.id == order_id).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def close(order_id: int) -> None:
    """Let an open order that has no page expire, and give its coupon back; the caller must commit."""
    order = order_locks.lock(order_id)
    if order.state is OrderState.PENDING and order.checkout_completed_at is None:
        granting.close(order, OrderState.EXPIRED)
        db.session.flush()


def _settle(order: Order, ask: Callable[[PaymentService, str], Checkout]) -> Order:
    order_id, checkout_id = order.id, order.checkout_id or ""
    db.session.commit()
    try:
        checkout = ask(current_payments(), checkout_id)
    except Unknown:
        close(order_id)
    else:
        granting.settle(order_id, checkout)
    db.session.commit()
    return get(order_id)


def _open(order: Order, *, base: str) -> Order:
    order_id, request = order.id, _request(order, base)
    db.session.commit()
    try:
        checkout = current_payments().open_checkout(request)
    except Busy:
        return _wait_for_page(order_id)
    return _attach(order_id, checkout)


def _request(order: Order, base: str) -> CheckoutRequest:
    """Return what is asked of the vendor: the same for the same attempt, as its idempotency key requires.

    So it depends on the order alone, also if the buyer's address or the course's title have changed.
    """
    back = return_links.url(order, base=base)
    return CheckoutRequest(
        order_id=order.id,
        attempt=order.attempt,
        reference=granting.reference(order),
        name=order.course_title,
        amount=order.due,
        description=f"{current_app.config['APP_NAME']}: {order.course_title}",
        success_url=back,
        cancel_url=back,
        buyer_email=order.buyer_email or "",
        expires_at=order.checkout_expires_at or now() + PAGE_LIFETIME,
        automatic_tax=current_app.config["STRIPE_AUTOMATIC_TAX"],
    )


def _attach(order_id: int, checkout: Checkout) -> Order:
    """Store the page with its order; close the page if the order has been closed, or has another one, meanwhile."""
    order = granting.settle(order_id, checkout)
    is_open = order.state is OrderState.PENDING and order.checkout_id == checkout.id
    # An event may have come before the answer.
    if is_open or order.paid_at is not None:
        return order
    db.session.commit()
    expired = current_payments().expire_checkout(checkout.id)
    granting.settle(order_id, expired)
    db.session.commit()
    raise CheckoutInProgress()


def _wait_for_page(order_id: int) -> Order:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(LOOK_EVERY)
        order = get(order_id)
        if order.checkout_id is not None or order.state is not OrderState.PENDING:
            return order
        db.session.rollback()
    raise CheckoutInProgress()


def _begin_attempt(order: Order) -> bool:
    """Let an order without a page have another attempt, with a lifetime of its own; False if another request was faster."""
    refused = (Order.id == order.id, Order.attempt == order.attempt, Order.checkout_id.is_(None))
    expires_at = (now() + PAGE_LIFETIME).replace(microsecond=0)
    begun = db.session.scalar(
        update(Order)
        .where(*refused, Order.state == OrderState.PENDING)
        .values(attempt=Order.attempt + 1, checkout_expires_at=expires_at)
        .returning(Order)
        .execution_options(populate_existing=True)
    )
    return begun is not None
