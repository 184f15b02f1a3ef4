"""What an order amounts to after refunds and disputes: its state, and whether its grant counts.

Both are derived from all rows of the order at once, so that the order in which events come makes no difference. A refund
counts from when the vendor has accepted it until it fails; a dispute from when the money is taken until it is given back.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from learnstream.clock import now
from learnstream.errors.authoring import NoSuchCourse
from learnstream.models import (
    Dispute,
    DisputeStatus,
    Order,
    OrderState,
    Payment,
    Refund,
    RefundState,
    SeatGrant,
    SeatSource,
)
from learnstream.services.enrollment import grants, seat_versions
from learnstream.services.enrollment.grants import Reason
from learnstream.services.enrollment.seat_rows import Pair, Versions
from learnstream.services.foundation import locks
from learnstream.stores.sql import db

# Refunds that the vendor has accepted, and so has taken from our balance.
ACCEPTED = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})
# Refunds that may still take money: a refund that is requested may have been made already.
CLAIMING = ACCEPTED | {RefundState.REQUESTED}
# Disputes whose money is taken. Inquiries (`warning_…`) take none.
TAKEN = frozenset(
    {
        DisputeStatus.NEEDS_RESPONSE,
        DisputeStatus.UNDER_REVIEW,
        DisputeStatus.LOST,
        DisputeStatus.APPEAL_NEEDS_RESPONSE,
        DisputeStatus.APPEAL_UNDER_REVIEW,
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """A payment with its refunds, the oldest first, and its disputes."""

    payment: Payment
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]

    @property
    def refunded(self) -> int:
        return sum(each.amount for each in self.refunds if each.state in ACCEPTED)

    @property
    def is_refunded(self) -> bool:
        """True if nothing of the payment is left but what a dispute may have taken."""
        return self.refunded >= self.payment.amount

    @property
    def disputed(self) -> int:
        return sum(each.amount for each in self.disputes if each.status in TAKEN)

    @property
    def left(self) -> int:
        """What can still be refunded: neither claimed by a refund nor taken by a dispute."""
        claimed = sum(each.amount for each in self.refunds if each.state in CLAIMING)
        return max(0, self.payment.amount - claimed - self.disputed)


def accounts(order_id: int) -> list[Account]:
    """Return the payments of an order, the oldest first."""
    db.session.flush()
    refunds, disputes = defaultdict(list), defaultdict(list)
    for refund in db.session.scalars(select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)):
        refunds[refund.payment_id].append(refund)
    for dispute in db.session.scalars(select(Dispute).where(Dispute.order_id == order_id).order_by(Dispute.id)):
        disputes[dispute.payment_id].append(dispute)
    payments = db.session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id))
    return [Account(each, refunds[each.id], disputes[each.id]) for each in payments]


def grant_of(order_id: int) -> SeatGrant | None:
    """Return the grant that an order has given, if it has."""
    # Not `is_for`, which finds no index.
    of_order = (SeatGrant.source == SeatSource.PAYMENT, SeatGrant.source_id == order_id)
    return db.session.scalar(select(SeatGrant).where(*of_order).execution_options(populate_existing=True))


def derive(order: Order) -> None:
    """Set the state of a locked order that was paid, and let its grant count or not. Other reasons for the seat stay.

    An order is refunded once all of its payments are, disputed while those that are left are, partly refunded while of
    each a part is, and else paid. The grant ends with the last payment, unless the latest refund that a person made keeps
    the seat. It is suspended while the order would be disputed.
    """
    of_order = accounts(order.id)
    if order.paid_at is None or not of_order:
        # A payment that was refunded at once has given no seat.
        return
    refunded = all(each.is_refunded for each in of_order)
    left = of_order if refunded else [each for each in of_order if not each.is_refunded]
    disputed = all(each.disputed for each in left)
    order.state = _state(left, refunded=refunded, disputed=disputed)
    order.closed_at = (order.closed_at or now()) if refunded else None
    db.session.flush()
    _set_grant(order, ended=refunded and not _is_kept(of_order), suspended=disputed)


def _state(left: Sequence[Account], *, refunded: bool, disputed: bool) -> OrderState:
    if refunded:
        return OrderState.REFUNDED
    if disputed:
        return OrderState.DISPUTED
    return OrderState.PARTLY_REFUNDED if all(each.refunded for each in left) else OrderState.PAID


def _is_kept(of_order: Sequence[Account]) -> bool:
    """Return whether the latest refund that a person made keeps the seat; a job refunds what has given none."""
    accepted = [each for account in of_order for each in account.refunds if each.state in ACCEPTED]
    made = [each for each in accepted if not _is_automatic(each)]
    return max(made, key=lambda each: each.id).keep_seat if made else True


def _is_automatic(refund: Refund) -> bool:
    # Those that are made in the vendor's dashboard have no reason.
    return refund.requested_by is None and refund.reason is not None


def _set_grant(order: Order, *, ended: bool, suspended: bool) -> None:
    pair, reason = (order.user_id, order.course_id), Reason(SeatSource.PAYMENT, order.id)
    locks.lock_courses_shared([order.course_id])
    grant = grant_of(order.id)
    if grant is None:
        return
    # Reopened first, and ended last: a grant that has ended is neither suspended nor resumed.
    if not ended and grant.ended_at and grant.ended_by is None:
        grants.reopen([pair], reason, versions=_versions(pair))
    if suspended and not grant.suspended_at:
        grants.suspend([pair], reason)
    if not suspended and grant.suspended_at:
        grants.resume([pair], reason, versions=_versions(pair))
    if ended and not grant.ended_at:
        # By nobody, whoever asked for the refund, which says it: so that one that fails can tell it from other ends.
        grants.end([pair], reason)


def _versions(pair: Pair) -> Versions:
    """Return the version in which the seat begins again; of a course that is gone, it keeps its own."""
    try:
        return seat_versions.current_versions([pair[1]])
    except NoSuchCourse:
        return {}
