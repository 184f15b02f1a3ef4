"""Receipts and invoices of payments: links to the vendor's pages, which events do not contain."""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import func, update

from learnstream.clock import now
from learnstream.errors.payment_service import Unknown
from learnstream.integrations.payments import Checkout, current_payments
from learnstream.models import Payment
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

MISSING = "payment.documents"
# The buyer's return page has usually stored them by then, and seats go before receipts.
DELAY = timedelta(seconds=30)
FIELDS = ("charge_id", "receipt_url", "invoice_url", "invoice_pdf_url")


def of(checkout: Checkout) -> dict[str, str | None]:
    """Return the columns of a payment that a checkout may tell."""
    return {name: getattr(checkout, name) for name in FIELDS}


def note(checkout: Checkout) -> None:
    """Store the links of a payment that is recorded, as far as the checkout has them; what is known stays."""
    known: dict[str, Any] = {name: value for name, value in of(checkout).items() if value is not None}
    if known:
        columns = {name: func.coalesce(getattr(Payment, name), value) for name, value in known.items()}
        lacking = Payment.receipt_url.is_(None) | Payment.charge_id.is_(None)
        db.session.execute(
            update(Payment).where(Payment.checkout_id == checkout.id, lacking).values(columns),
            execution_options={"synchronize_session": False},
        )


def request(payment: Payment) -> None:
    """Have the links of a payment fetched in a while."""
    message = outbox.add(MISSING, checkout_id=payment.checkout_id)
    message.next_try_at = now() + DELAY


@outbox.handles(MISSING)
def fetch(payload: dict[str, Any]) -> None:
    """Fetch the links of a payment. If it was made with another account, they cannot be had."""
    try:
        checkout = current_payments().find_checkout(payload["checkout_id"])
    except Unknown as error:
        log.warning("the receipt of checkout %s is not known: %s", payload["checkout_id"], error)
    else:
        note(checkout)
