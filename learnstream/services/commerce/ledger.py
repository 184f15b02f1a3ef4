"""The ledger: the money that payments, refunds and disputes moved, in double entry and in minor units.

Debits are positive. A payment debits the vendor's balance, and discounts; it credits sales, at list prices without tax, and
tax. What goes back is debited to refunds or disputes, and to tax in proportion, and credited to the vendor's balance. A
payment's tax depends only on how much of the payment has gone back so far, so parts sum to the whole, in whatever order.

Each cause is recorded once, under the lock of the order's row. The database refuses rows of a cause that do not sum to zero,
and every change of rows.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, union_all
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.models.dispute import Dispute
from learnstream.models.ledger import LedgerAccount, LedgerEntry
from learnstream.models.order import Order
from learnstream.models.payment import Payment
from learnstream.models.refund import Refund
from learnstream.stores.sql import db

# The amounts that a cause moved, by account.
Movement = Mapping[LedgerAccount, int]


def record_payment(order: Order, payment: Payment, *, sold: bool = True) -> bool:
    """Record a payment of an order; return whether it was not recorded before.

    sold: whether it has opened the seat. One that is refunded instead does not use up the order's discount.
    """
    cause = f"payment:{payment.vendor_id}"
    discount = order.discount if sold else 0
    movement = {
        LedgerAccount.VENDOR_BALANCE: payment.amount,
        LedgerAccount.DISCOUNTS: discount,
        LedgerAccount.TAX: -payment.tax,
        LedgerAccount.SALES: payment.tax - payment.amount - discount,
    }
    return _add(order.id, cause, payment.currency, movement, payment.paid_at)


def record_free(order: Order) -> bool:
    """Record an order that a coupon paid for whole; return whether it was not recorded before."""
    cause = f"order:{order.id}"
    if cause in _movements(order.id):
        return False
    movement = {LedgerAccount.DISCOUNTS: order.discount, LedgerAccount.SALES: -order.discount}
    _add(order.id, cause, order.currency, movement, order.paid_at or now())
    return True


def record_refund(refund: Refund) -> bool:
    """Record a refund that the vendor has made or accepted; return whether it was not recorded before."""
    return _give_back(refund, f"refund:{refund.vendor_id}", refund.amount, refund.refunded_at or refund.created_at)


def record_refund_failure(refund: Refund) -> bool:
    """Take a refund back that failed or was canceled; return whether that was not recorded before.

    A refund that was not recorded yet is recorded first: the vendor had counted it, and an event that comes late cannot
    record it any more.
    """
    record_refund(refund)
    return _give_back(refund, f"refund:{refund.vendor_id}:failed", -refund.amount, now())


def record_dispute(dispute: Dispute, taken: bool) -> bool:
    """Record that the money of a dispute is taken or not; return whether that changed anything.

    Its amount may have changed since it was taken last: the difference is recorded.
    """
    earlier = [
        movement for cause, movement in _movements(dispute.order_id).items() if _object_of(cause) == dispute.vendor_id
    ]
    moved = (dispute.amount if taken else 0) + sum(map(_balance, earlier))
    if moved == 0:
        return False
    cause = f"dispute:{dispute.vendor_id}:{len(earlier) + 1}:{'taken' if moved > 0 else 'returned'}"
    return _give_back(dispute, cause, moved, dispute.status_at)


def tax_of(payment: Payment, returned: int) -> int:
    """Return the tax of what has gone back of a payment: in proportion, half a minor unit rounded up.

    A dispute may take the money of a payment that was refunded before: then more goes back than was paid, without tax.
    """
    part = min(returned, payment.amount)
    return (2 * payment.tax * part + payment.amount) // (2 * payment.amount)


def _give_back(source: Refund | Dispute, cause: str, amount: int, at: datetime) -> bool:
    """Record money that goes back to a buyer, or comes back from one if the amount is negative.

    Raises:
        ValueError: it has another currency than the payment.
    """
    movements = _movements(source.order_id)
    if cause in movements:
        return False
    payment = db.session.get_one(Payment, source.payment_id)
    if source.currency != payment.currency:
        raise ValueError(f"{cause} is in {source.currency}, the payment in {payment.currency}")
    returned = -sum(_balance(movements[each]) for each in movements if _object_of(each) in _returns_of(payment))
    tax = tax_of(payment, returned + amount) - tax_of(payment, returned)
    account = LedgerAccount.REFUNDS if isinstance(source, Refund) else LedgerAccount.DISPUTES
    movement = {LedgerAccount.VENDOR_BALANCE: -amount, LedgerAccount.TAX: tax, account: amount - tax}
    _add(source.order_id, cause, source.currency, movement, at)
    return True


def _movements(order_id: int) -> dict[str, dict[LedgerAccount, int]]:
    """Lock an order, and return what its causes have moved."""
    db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update(key_share=True))
    found: dict[str, dict[LedgerAccount, int]] = defaultdict(dict)
    rows = select(LedgerEntry.cause, LedgerEntry.account, LedgerEntry.amount).where(LedgerEntry.order_id == order_id)
    for cause, account, amount in db.session.execute(rows):
        found[cause][account] = amount
    return found


def _returns_of(payment: Payment) -> set[str]:
    """Return the vendor's ids of a payment's refunds and disputes."""
    refunds = select(Refund.vendor_id).where(Refund.payment_id == payment.id, Refund.vendor_id.is_not(None))
    disputes = select(Dispute.vendor_id).where(Dispute.payment_id == payment.id)
    return set(db.session.scalars(union_all(refunds, disputes)))


def _object_of(cause: str) -> str:
    """Return the vendor's id in a cause."""
    return cause.split(":")[1]


def _balance(movement: Movement) -> int:
    return movement.get(LedgerAccount.VENDOR_BALANCE, 0)


def _add(order_id: int, cause: str, currency: str, movement: Movement, at: datetime) -> bool:
    """Insert the entries of a cause; return False if it is recorded already."""
    rows = [
        {
            "account": account,
            "amount": amount,
            "order_id": order_id,
            "cause": cause,
            "currency": currency,
            "occurred_at": at,
        }
        for account, amount in movement.items()
        if amount
    ]
    added = insert(LedgerEntry).on_conflict_do_nothing().returning(LedgerEntry.id)
    return bool(db.session.scalars(added, rows).all())
