"""Checkout: from the wish to buy a course to a page on which it is paid."""

from learnstream.errors.commerce import CheckoutInProgress, PaymentOnItsWay
from learnstream.models import Order, OrderState
from learnstream.services.commerce import granting, pages, placing
from learnstream.services.commerce.placing import Placed, Purchase

ATTEMPTS = 3


def check_out(purchase: Purchase, *, base: str) -> Order:
    """Return the buyer's order of a course with an open page, or paid: at once if nothing is due, or meanwhile.

    The order is committed before the vendor is asked, so that every event of the vendor finds it. Asking again returns the
    same page while price and coupon are the same; otherwise the former order is closed first.

    base: where this application is reached, if `PUBLIC_URL` is not set.

    Raises:
        PaymentOnItsWay: a payment that takes days was started.
        CheckoutInProgress: other requests are opening or closing the page.
        the errors of `placing.place` and `pages.open_page`.
    """
    for _ in range(ATTEMPTS):
        placed = placing.place(purchase)
        if placed.order.checkout_completed_at is not None:
            raise PaymentOnItsWay()
        order = _page_of(placed, base)
        if order.checkout_completed_at is not None and order.state is OrderState.PENDING:
            raise PaymentOnItsWay()
        if order.state is not OrderState.EXPIRED and (placed.fits or order.state is not OrderState.PENDING):
            return order
    raise CheckoutInProgress()


def _page_of(placed: Placed, base: str) -> Order:
    if placed.order.total == 0 and placed.fits:
        # Committed with the order: without a payment, nobody would ask again.
        return granting.settle_free(placed.order.id)
    if not placed.fits:
        return pages.expire(placed.order)
    if placed.order.checkout_id is None:
        return pages.open_page(placed.order, base=base)
    return pages.look_up(placed.order)
