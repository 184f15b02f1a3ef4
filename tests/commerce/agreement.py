"""What must hold once every event was delivered or reconciled: our records and the vendor's books tell the same story."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from devstack.stripe.disputes import DISPUTE, TAKEN
from devstack.stripe.payments import CHARGE
from devstack.stripe.refunds import COUNTED, REFUND
from devstack.stripe.sessions import SESSION
from learnstream.clock import now
from learnstream.models import (
    Coupon,
    CouponUse,
    CouponUseState,
    Dispute,
    Enrollment,
    GrantState,
    LedgerAccount,
    LedgerEntry,
    Order,
    OrderState,
    Payment,
    Refund,
    RefundState,
    SeatGrant,
    SeatSource,
)
from learnstream.stores.sql import db

SETTLED = {OrderState.PAID, OrderState.REFUNDED, OrderState.PARTLY_REFUNDED, OrderState.DISPUTED}
UNPAID = {OrderState.PENDING, OrderState.EXPIRED, OrderState.FAILED}


@dataclass(frozen=True)
class Vendor:
    """What the vendor has, by the ids of our orders."""

    sessions: dict[int, list[dict]]
    charges: dict[int, list[dict]]
    refunds: list[dict]
    disputes: list[dict]
    books: dict[str, dict[str, int]]

    @classmethod
    def of(cls, stripe) -> "Vendor":
        store = stripe.context.store
        by_order = [defaultdict(list), defaultdict(list)]
        for found, kind in zip(by_order, (SESSION, CHARGE), strict=True):
            for each in store.find(kind):
                found[int(each["metadata"]["order_id"])].append(each)
        return cls(*by_order, store.find(REFUND), store.find(DISPUTE), stripe.books())

    def refunded(self, charge: dict) -> int:
        return sum(each["amount"] for each in self.refunds if is_of(each, charge) and each["status"] in COUNTED)

    def disputed(self, charge: dict) -> int:
        return sum(each["amount"] for each in self.disputes if is_of(each, charge) and each["status"] in TAKEN)


def is_of(record: dict, charge: dict) -> bool:
    return record["charge"] == charge["id"]


def require_agreement(stripe) -> None:
    """Compare ledger, orders, seats, grants, coupon uses and refunds with each other and with the vendor's books."""
    db.session.rollback()
    vendor = Vendor.of(stripe)
    require_same_records(vendor)
    require_balanced_ledger(vendor)
    for order in db.session.scalars(select(Order).execution_options(populate_existing=True)):
        require_order(order, vendor)
    require_seats()
    require_coupon_uses()


def require_same_records(vendor: Vendor) -> None:
    """Every charge, refund and dispute of the vendor is here once, with its amount and state, and no other is."""
    charges = [each for some in vendor.charges.values() for each in some]
    assert rows(Payment, "charge_id", "vendor_id", "amount", "currency", "order_id") == sorted(
        (each["id"], each["payment_intent"], each["amount"], each["currency"], int(each["metadata"]["order_id"]))
        for each in charges
    )
    assert rows(Refund, "vendor_id", "amount", "currency", "state", where=Refund.vendor_id.is_not(None)) == sorted(
        (each["id"], each["amount"], each["currency"], each["status"]) for each in vendor.refunds
    )
    assert rows(Dispute, "vendor_id", "amount", "currency", "status") == sorted(
        (each["id"], each["amount"], each["currency"], each["status"]) for each in vendor.disputes
    )


def rows(table, *names: str, where=True) -> list[tuple]:
    """Return columns of a table, sorted."""
    return sorted(
        tuple(each) for each in db.session.execute(select(*(getattr(table, name) for name in names)).where(where))
    )


def require_balanced_ledger(vendor: Vendor) -> None:
    """The ledger's accounts are the vendor's sums, in each currency, and the rows of a cause sum to zero."""
    sums: dict[str, Counter[LedgerAccount]] = defaultdict(Counter)
    entries = db.session.scalars(select(LedgerEntry)).all()
    for each in entries:
        sums[each.currency][each.account] += each.amount
    for currency in sums.keys() | vendor.books.keys():
        booked = sums[currency]
        theirs = vendor.books.get(currency) or {"charged": 0, "refunded": 0, "disputed": 0}
        sold = booked[LedgerAccount.SALES] + booked[LedgerAccount.TAX] + booked[LedgerAccount.DISCOUNTS]
        assert -sold == theirs["charged"]
        assert booked[LedgerAccount.REFUNDS] == theirs["refunded"]
        assert booked[LedgerAccount.DISPUTES] == theirs["disputed"]
        assert booked[LedgerAccount.VENDOR_BALANCE] == theirs["charged"] - theirs["refunded"] - theirs["disputed"]
    causes = Counter()
    for each in entries:
        causes[each.order_id, each.cause, each.currency] += each.amount
    assert set(causes.values()) <= {0}


def require_order(order: Order, vendor: Vendor) -> None:
    """An order has one state, at most one charge that is not given back, and one grant if it was ever settled."""
    charges = vendor.charges[order.id]
    which = select(SeatGrant).where(SeatGrant.is_for(SeatSource.PAYMENT, order.id))
    grants = db.session.scalars(which.execution_options(populate_existing=True)).all()
    if not charges:
        require_without_charge(order, vendor, grants)
        return
    require_one_charge(charges, vendor)
    assert order.state is expected_state(charges, vendor)
    # What gave no seat, because its buyer has another, is refunded.
    assert [each.state(now()) for each in grants] == ([expected_grant(order, charges, vendor)] if order.paid_at else [])


def require_without_charge(order: Order, vendor: Vendor, grants: list[SeatGrant]) -> None:
    if order.total == 0 and order.state in SETTLED:
        assert (order.state, len(grants)) == (OrderState.PAID, 1)
        return
    assert order.state in UNPAID, order.state
    assert grants == []
    waits = [each for each in vendor.sessions[order.id] if each["status"] in {"open", "complete"}]
    if order.state is not OrderState.PENDING:
        assert [each for each in waits if each["status"] == "open"] == []


def require_one_charge(charges: list[dict], vendor: Vendor) -> None:
    """All charges of an order but one are refunded, or were disputed, which forbids a refund."""
    kept = [each for each in charges if vendor.refunded(each) < each["amount"] and not each["disputed"]]
    assert len(kept) <= 1, kept


def expected_state(charges: list[dict], vendor: Vendor) -> OrderState:
    """Return the state of an order: that of the charges of which something is left."""
    left = [each for each in charges if vendor.refunded(each) < each["amount"]]
    if not left:
        return OrderState.REFUNDED
    if all(map(vendor.disputed, left)):
        return OrderState.DISPUTED
    return OrderState.PARTLY_REFUNDED if all(map(vendor.refunded, left)) else OrderState.PAID


def expected_grant(order: Order, charges: list[dict], vendor: Vendor) -> GrantState:
    """Return the state of an order's grant: it ends with the last charge, unless the last refund was to keep the seat."""
    if order.state is OrderState.REFUNDED and not is_kept(order):
        return GrantState.ENDED
    left = [each for each in charges if vendor.refunded(each) < each["amount"]] or charges
    return GrantState.SUSPENDED if all(map(vendor.disputed, left)) else GrantState.LIVE


def is_kept(order: Order) -> bool:
    """Return whether the last refund that a person made keeps the seat."""
    counted = Refund.state.in_([RefundState(each) for each in COUNTED])
    # Those of second payments are made by a job.
    by_person = or_(Refund.requested_by.is_not(None), Refund.keep_seat.is_(False))
    last = select(Refund.keep_seat).where(Refund.order_id == order.id, counted, by_person).order_by(Refund.id.desc())
    return db.session.scalar(last.limit(1)) is not False


def require_seats() -> None:
    """A seat is live exactly while a live grant exists."""
    live = select(SeatGrant.user_id, SeatGrant.course_id).where(SeatGrant.is_live(now()))
    seats = select(Enrollment.user_id, Enrollment.course_id).where(Enrollment.is_live(now()))
    assert {tuple(each) for each in db.session.execute(live)} == {tuple(each) for each in db.session.execute(seats)}


def require_coupon_uses() -> None:
    """An order with a coupon has one use: held while it is open, kept once it was paid, else given back."""
    found = db.session.execute(
        select(Order, CouponUse).join(CouponUse, CouponUse.order_id == Order.id, isouter=True)
    ).all()
    for order, use in found:
        assert (use is None) == (order.coupon_id is None)
        if use is not None:
            assert use.state is expected_use(order), (use.state, order.state)


def require_uses_left(code: str) -> None:
    """A coupon is not used more often than it may. Only orders that were given up and paid late may exceed that."""
    coupon = db.session.scalars(select(Coupon).where(func.lower(Coupon.code) == code)).one()
    used = select(func.count()).where(CouponUse.coupon_id == coupon.id, CouponUse.state != CouponUseState.GIVEN_BACK)
    assert coupon.max_uses is None or db.session.scalar(used) <= coupon.max_uses


def expected_use(order: Order) -> CouponUseState:
    if order.paid_at is not None:
        return CouponUseState.KEPT
    return CouponUseState.HELD if order.state is OrderState.PENDING else CouponUseState.GIVEN_BACK
