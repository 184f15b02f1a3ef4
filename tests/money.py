"""Orders, and the money that moves for them, written to the tables and the ledger directly."""

from itertools import count

from learnstream.clock import now
from learnstream.models import (
    Dispute,
    DisputeStatus,
    LedgerEntry,
    Order,
    OrderState,
    Payment,
    Price,
    Refund,
    RefundState,
)
from learnstream.services.commerce import ledger
from learnstream.stores.sql import db
from tests.factories import make_person

COURSE_ID = "5f2b9c1e8a7d4b0012345678"
_number = count(1)


def make_order(subtotal=4900, currency="eur", *, discount=0, tax=0, buyer=None, **columns) -> Order:
    """Create a paid order; `columns` overwrite its columns."""
    course_id = columns.pop("course_id", COURSE_ID)
    price = Price(course_id=course_id, amount=subtotal, currency=currency, created_by=1)
    db.session.add(price)
    db.session.flush()
    amounts = {"subtotal": subtotal, "discount": discount, "tax": tax, "total": subtotal - discount + tax}
    order = Order(
        user_id=(buyer or make_person()).id,
        course_id=course_id,
        price_id=price.id,
        **{
            "course_title": "Astronomy",
            "course_version": 1,
            "currency": currency,
            "state": OrderState.PAID,
            "accepted_terms_at": now(),
            "livemode": False,
            "paid_at": now(),
        }
        | amounts
        | columns,
    )
    db.session.add(order)
    db.session.flush()
    return order


def pay(order: Order, amount=None, tax=None, **columns) -> Payment:
    """Record a payment of an order, of its total unless told otherwise."""
    payment = Payment(
        order_id=order.id,
        vendor_id=f"pi_{next(_number)}",
        amount=order.total if amount is None else amount,
        tax=order.tax if tax is None else tax,
        currency=order.currency,
        **{"livemode": order.livemode, "paid_at": now()} | columns,
    )
    db.session.add(payment)
    db.session.flush()
    assert ledger.record_payment(order, payment)
    return payment


def make_refund(payment: Payment, amount=None, **columns) -> Refund:
    """Add a refund that has succeeded, which is not in the ledger yet."""
    refund = Refund(
        order_id=payment.order_id,
        payment_id=payment.id,
        vendor_id=f"re_{next(_number)}",
        amount=payment.amount if amount is None else amount,
        **{"currency": payment.currency, "state": RefundState.SUCCEEDED, "refunded_at": now()} | columns,
    )
    db.session.add(refund)
    db.session.flush()
    return refund


def refund(payment: Payment, amount=None, **columns) -> Refund:
    """Record a refund."""
    refund = make_refund(payment, amount, **columns)
    assert ledger.record_refund(refund)
    return refund


def fail(refund: Refund) -> None:
    """Let a refund fail, and record it."""
    refund.state = RefundState.FAILED
    assert ledger.record_refund_failure(refund)


def dispute(payment: Payment, amount=None, **columns) -> Dispute:
    """Record a dispute whose money is taken."""
    dispute = Dispute(
        order_id=payment.order_id,
        payment_id=payment.id,
        vendor_id=f"du_{next(_number)}",
        amount=payment.amount if amount is None else amount,
        currency=payment.currency,
        **{"status": DisputeStatus.NEEDS_RESPONSE, "status_at": now()} | columns,
    )
    db.session.add(dispute)
    db.session.flush()
    assert ledger.record_dispute(dispute, taken=True)
    return dispute


def balances(order: Order) -> dict[str, int]:
    """Return what the accounts have for an order, without those that have nothing."""
    found: dict[str, int] = {}
    for entry in db.session.scalars(db.select(LedgerEntry).where(LedgerEntry.order_id == order.id)):
        found[entry.account] = found.get(entry.account, 0) + entry.amount
    assert sum(found.values()) == 0
    return {account: amount for account, amount in found.items() if amount}
