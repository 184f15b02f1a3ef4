"""The database keeps the ledger balanced and unchanged, whatever the code does."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from learnstream.clock import now
from learnstream.models import LedgerAccount, LedgerEntry, Order, Price
from learnstream.stores.sql import db

SALE = {LedgerAccount.VENDOR_BALANCE: 4900, LedgerAccount.SALES: -4900}


@pytest.fixture
def order(stranger, admin):
    price = Price(course_id="0" * 24, amount=4900, currency="eur", created_by=admin.id)
    db.session.add(price)
    db.session.flush()
    order = Order(
        user_id=stranger.id,
        course_id="0" * 24,
        course_title="Optics",
        course_version=1,
        price_id=price.id,
        subtotal=4900,
        total=4900,
        currency="eur",
        accepted_terms_at=now(),
        livemode=False,
    )
    db.session.add(order)
    db.session.commit()
    return order


def enter(order, amounts, cause="payment:pi_1", currency="eur"):
    for account, amount in amounts.items():
        values = {"order_id": order.id, "account": account, "amount": amount, "currency": currency}
        db.session.add(LedgerEntry(**values, cause=cause, occurred_at=now()))
        db.session.flush()


def test_entries_of_a_movement_are_inserted_one_by_one(order):
    enter(order, SALE)

    db.session.commit()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 2


@pytest.mark.parametrize("amount", [-4899, 4900])
def test_entries_that_do_not_balance_are_not_committed(order, amount):
    enter(order, SALE | {LedgerAccount.SALES: amount})

    with pytest.raises(IntegrityError, match="sum up to zero"):
        db.session.commit()


def test_a_currency_does_not_balance_another(order):
    enter(order, {LedgerAccount.VENDOR_BALANCE: 4900})
    enter(order, {LedgerAccount.SALES: -4900}, currency="usd")

    with pytest.raises(IntegrityError, match="sum up to zero"):
        db.session.commit()


def test_a_movement_is_recorded_once(order):
    enter(order, SALE)

    with pytest.raises(IntegrityError, match="uq_ledger_order_id_cause_account"):
        enter(order, SALE)


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger SET amount = amount + 1", "DELETE FROM ledger", "TRUNCATE ledger"]
)
def test_entries_cannot_be_changed_or_deleted(order, statement):
    enter(order, SALE)
    db.session.commit()

    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(sa.text(statement))
