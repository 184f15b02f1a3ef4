"""The check of the ledger."""

import pytest

from learnstream.clock import now
from learnstream.models import DisputeStatus, LedgerEntry, OrderState, Payment, RefundState
from learnstream.services.commerce import ledger, ledger_check
from learnstream.stores.sql import db
from tests.money import dispute, fail, make_order, make_refund, pay, refund


def problems():
    db.session.commit()
    return [(found.order_id, found.problem) for found in ledger_check.check()]


@pytest.fixture
def order(app):
    return make_order(9000, discount=1000, tax=1520)


@pytest.fixture
def payment(order):
    return pay(order)


@pytest.fixture
def history(payment):
    """A bit of everything, which adds up."""
    refund(payment, 100)
    fail(refund(payment, 333))
    ledger.record_dispute(lost := dispute(payment, 1000), taken=False)
    lost.status = DisputeStatus.WON
    dispute(payment, 2000)
    ledger.record_free(make_order(500, "jpy", discount=500))
    make_order(state=OrderState.EXPIRED, paid_at=None)
    pay(make_order(1230, "kwd"))


def test_nothing_to_say_of_what_adds_up(history, monkeypatch):
    monkeypatch.setattr(ledger_check, "BATCH", 2)

    assert problems() == []


def test_a_payment_that_is_not_in_the_ledger(order):
    fields = {"vendor_id": "pi_lost", "amount": 9520, "currency": "eur", "livemode": False, "paid_at": now()}
    db.session.add(Payment(order_id=order.id, **fields))

    assert problems() == [(order.id, "payment:pi_lost moved 0.00 EUR in the ledger, and 95.20 EUR by its own record")]


def test_a_refund_that_is_not_in_the_ledger(order, payment):
    made = make_refund(payment, 952)

    assert problems() == [
        (order.id, f"refund:{made.vendor_id} moved 0.00 EUR in the ledger, and -9.52 EUR by its own record"),
        (order.id, "the tax is 15.20 EUR in the ledger, and 13.68 EUR by its payments"),
    ]


def test_a_refund_that_failed_but_was_not_taken_back(order, payment):
    refund(payment, 1).state = RefundState.FAILED

    [(_, problem)] = problems()
    assert "-0.01 EUR in the ledger, and 0.00 EUR" in problem


def test_a_dispute_that_was_won_but_not_returned(order, payment):
    dispute(payment, 1).status = DisputeStatus.WON

    [(_, problem)] = problems()
    assert "-0.01 EUR in the ledger, and 0.00 EUR" in problem


def test_a_ledger_that_was_changed_behind_the_trigger(order, payment):
    db.session.commit()
    db.session.execute(db.text("SET LOCAL session_replication_role = replica"))
    db.session.execute(db.update(LedgerEntry).where(LedgerEntry.account == "sales").values(amount=-9001))

    assert problems() == [(order.id, f"the entries of payment:{payment.vendor_id} sum up to -0.01 EUR")]


def test_an_order_that_is_paid_without_a_payment(order):
    assert problems() == [(order.id, "the order is paid, but has no payment")]


def test_a_free_order_that_is_not_in_the_ledger(app):
    order = make_order(500, discount=500)

    assert problems() == [(order.id, "the order is paid and free, but not in the ledger")]


def test_an_order_that_expired_and_has_money(app):
    order = make_order(state=OrderState.EXPIRED, paid_at=None)
    payment = pay(order)
    assert problems() == [(order.id, "the order is expired, but has a payment that is not refunded")]

    refund(payment)

    assert problems() == []


def test_the_command_names_the_orders(app, order, payment):
    dispute(payment, 1).status = DisputeStatus.WON
    db.session.commit()

    result = app.test_cli_runner().invoke(args=["check-ledger"])

    assert result.exit_code == 1
    assert f"order {order.id}: dispute:" in result.output
    assert result.output.endswith("orders that do not add up: 1\n")


def test_the_command_succeeds_when_all_adds_up(app, history):
    db.session.commit()

    result = app.test_cli_runner().invoke(args=["check-ledger"])

    assert (result.exit_code, result.output) == (0, "orders that do not add up: 0\n")
