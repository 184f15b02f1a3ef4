"""Asking the vendor for refunds that were requested and committed, until it has answered."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from learnstream.clock import now
from learnstream.errors.payment_service import PaymentServiceError, Refused
from learnstream.errors.refunds import NothingToRefund, PaymentDisputed, RefundRefused
from learnstream.integrations.payments import (
    PaymentService,
    RefundedCharge,
    RefundReason,
    RefundRequest,
    VendorRefund,
    current_payments,
)
from learnstream.models import Payment, Refund, RefundState
from learnstream.services.commerce import refunds, standing
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from learnstream.text.money import Money

log = logging.getLogger(__name__)

# An idempotency key protects for a day: well before, a refund is looked up before it is asked for again.
KEY_TRUSTED = timedelta(hours=12)
REFUSALS = {"charge_disputed": PaymentDisputed, "charge_already_refunded": NothingToRefund}


def try_once(refund: Refund) -> Refund:
    """Commit the present transaction, and ask the vendor for a refund. It stays `requested` if there was no answer.

    Raises:
        PaymentDisputed, NothingToRefund, RefundRefused: the vendor refused; the refund is closed and committed.
        Unconfigured: there is no vendor.
    """
    db.session.commit()
    try:
        return carry_out(refund.id)
    except Refused as error:
        raise REFUSALS.get(error.why, RefundRefused)() from None
    except PaymentServiceError as error:
        log.warning("refund %s is asked for again: %s", refund.id, error)
        db.session.rollback()
        return refund


def carry_out(refund_id: int) -> Refund:
    """Ask the vendor for a refund unless it has answered, and commit the answer. Called without an open transaction.

    Raises:
        Refused: the vendor refused; the refund is closed and committed.
        PaymentServiceError: there was no answer; ask again.
    """
    service = current_payments()
    refund = db.session.get_one(Refund, refund_id, populate_existing=True)
    if refund.state is not RefundState.REQUESTED:
        return refund
    request, may_be_known = _request(refund), now() - refund.created_at > KEY_TRUSTED
    # Ends the transaction. Reading an object again would begin another one, during the vendor's call.
    db.session.rollback()
    try:
        answer = _ask(service, request, may_be_known=may_be_known)
    except Refused as error:
        refunds.refuse(refund_id, error.why or "refused")
        db.session.commit()
        raise
    applied = refunds.apply(answer)
    db.session.commit()
    return applied


@outbox.handles(refunds.REQUESTED, give_up_after=timedelta(days=3))
def follow(payload: dict[str, Any]) -> None:
    """Carry out a refund that was requested, unless that has been done at once."""
    try:
        carry_out(payload["refund_id"])
    except Refused as error:
        log.error("refund %s was refused: %s", payload["refund_id"], error)


def look_up(charge: RefundedCharge) -> None:
    """Record the refunds of a charge that are not known yet. Called without an open transaction; the caller commits.

    Raises:
        PaymentUnknown: the charge is not recorded here.
        PaymentServiceError: there was no answer.
    """
    payment = refunds.find_payment(charge.payment_id, charge.id)
    account = next(each for each in standing.accounts(payment.order_id) if each.payment.id == payment.id)
    known, vendor_id = account.refunded, payment.vendor_id
    db.session.rollback()
    if known < charge.amount_refunded and vendor_id:
        for each in [*_refunds_of(current_payments(), vendor_id)]:
            refunds.apply(each)


def _request(refund: Refund) -> RefundRequest | None:
    """Return what is asked of the vendor; None if it does not know the payment by an id."""
    payment = db.session.get_one(Payment, refund.payment_id)
    if payment.vendor_id is None:
        return None
    return RefundRequest(
        refund_id=refund.id,
        order_id=refund.order_id,
        payment_id=payment.vendor_id,
        amount=Money(refund.amount, refund.currency),
        reason=RefundReason(refund.reason) if refund.reason else RefundReason.REQUESTED,
    )


def _ask(service: PaymentService, request: RefundRequest | None, *, may_be_known: bool) -> VendorRefund:
    if request is None:
        raise Refused("the payment has no id", why="payment_unknown")
    if may_be_known:
        made = (each for each in _refunds_of(service, request.payment_id) if each.refund_id == request.refund_id)
        if found := next(made, None):
            return found
    return service.refund(request)


def _refunds_of(service: PaymentService, payment_id: str) -> Iterator[VendorRefund]:
    cursor = None
    while True:
        listing = service.list_refunds_of_payment(payment_id, cursor)
        yield from listing.items
        if (cursor := listing.next_cursor) is None:
            return
