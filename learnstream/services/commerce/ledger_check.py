"""The check of the ledger: against payments, refunds, disputes and orders, order by order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from learnstream.models import Dispute, LedgerAccount, LedgerEntry, Order, Payment, Refund
from learnstream.services.commerce import ledger
from learnstream.services.commerce.standing import ACCEPTED, CLAIMING, TAKEN, Account
from learnstream.stores.sql import db
from learnstream.text.money import Money, show

BATCH = 500
OfOrder = TypeVar("OfOrder", Payment, Refund, Dispute, LedgerEntry)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    order_id: int
    problem: str


def check() -> Iterator[Discrepancy]:
    """Yield what does not add up, by order. Each batch of orders is one snapshot, so that nothing moves meanwhile."""
    last = 0
    while True:
        db.session.rollback()
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        orders = db.session.scalars(select(Order).where(Order.id > last).order_by(Order.id).limit(BATCH)).all()
        if not orders:
            db.session.rollback()
            return
        found = [*_check(orders)]
        db.session.rollback()
        yield from found
        last = orders[-1].id


def _check(orders: Sequence[Order]) -> Iterator[Discrepancy]:
    ids = [order.id for order in orders]
    entries, payments = _by_order(LedgerEntry, ids), _by_order(Payment, ids)
    refunds, disputes = _by_order(Refund, ids), _by_order(Dispute, ids)
    for order in orders:
        accounts = [
            Account(
                payment,
                [each for each in refunds[order.id] if each.payment_id == payment.id],
                [each for each in disputes[order.id] if each.payment_id == payment.id],
            )
            for payment in payments[order.id]
        ]
        for problem in (
            *_unbalanced(entries[order.id]),
            *_moved_otherwise(entries[order.id], accounts),
            *_taxed_otherwise(entries[order.id], accounts),
            *_contradictions(order, entries[order.id], accounts),
        ):
            yield Discrepancy(order.id, problem)


def _by_order(model: type[OfOrder], ids: Sequence[int]) -> dict[int, list[OfOrder]]:
    found = defaultdict(list)
    for row in db.session.scalars(select(model).where(model.order_id.in_(ids)).order_by(model.id)):
        found[row.order_id].append(row)
    return found


def _unbalanced(entries: Iterable[LedgerEntry]) -> Iterator[str]:
    sums: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        sums[entry.cause, entry.currency] += entry.amount
    for (cause, currency), amount in sums.items():
        if amount:
            yield f"the entries of {cause} sum up to {show(Money(amount, currency))}"


def _moved_otherwise(entries: Iterable[LedgerEntry], accounts: Sequence[Account]) -> Iterator[str]:
    """Yield the vendor's objects that moved the vendor's balance by another amount than they say."""
    recorded: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.account is LedgerAccount.VENDOR_BALANCE:
            recorded[":".join(entry.cause.split(":")[:2]), entry.currency] += entry.amount
    expected = Counter({key: amount for account in accounts for key, amount in _expected(account)})
    for key in sorted({*recorded, *expected}):
        if recorded[key] != expected[key]:
            ours, theirs = (show(Money(amounts[key], key[1])) for amounts in (recorded, expected))
            yield f"{key[0]} moved {ours} in the ledger, and {theirs} by its own record"


def _expected(account: Account) -> Iterator[tuple[tuple[str, str], int]]:
    yield (f"payment:{account.payment.vendor_id}", account.payment.currency), account.payment.amount
    for refund in account.refunds:
        if refund.state in ACCEPTED:
            yield (f"refund:{refund.vendor_id}", refund.currency), -refund.amount
    for dispute in account.disputes:
        if dispute.status in TAKEN:
            yield (f"dispute:{dispute.vendor_id}", dispute.currency), -dispute.amount


def _taxed_otherwise(entries: Iterable[LedgerEntry], accounts: Sequence[Account]) -> Iterator[str]:
    recorded: Counter[str] = Counter()
    for entry in entries:
        recorded[entry.currency] -= entry.amount if entry.account is LedgerAccount.TAX else 0
    expected: Counter[str] = Counter()
    for account in accounts:
        returned = ledger.tax_of(account.payment, account.refunded + account.disputed)
        expected[account.payment.currency] += account.payment.tax - returned
    for currency in sorted({*recorded, *expected}):
        if recorded[currency] != expected[currency]:
            ours, theirs = (show(Money(amounts[currency], currency)) for amounts in (recorded, expected))
            yield f"the tax is {ours} in the ledger, and {theirs} by its payments"


def _contradictions(order: Order, entries: Sequence[Any], accounts: Sequence[Account]) -> Iterator[str]:
    """Yield where the order says something else than its payments."""
    if order.paid_at is not None and order.total and not accounts:
        yield f"the order is {order.state}, but has no payment"
    if order.paid_at is not None and not order.total and not entries:
        yield f"the order is {order.state} and free, but not in the ledger"
    if order.paid_at is None and any(_is_kept(account) for account in accounts):
        yield f"the order is {order.state}, but has a payment that is not refunded"


def _is_kept(account: Account) -> bool:
    claimed = sum(refund.amount for refund in account.refunds if refund.state in CLAIMING)
    return account.payment.amount > claimed + account.disputed
