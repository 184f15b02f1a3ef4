"""The ledger: each cause once, in double entry, with the tax of what goes back."""

import itertools

import pytest
from sqlalchemy.exc import IntegrityError

from learnstream.models import DisputeStatus, LedgerAccount, LedgerEntry, Payment, RefundState
from learnstream.services.commerce import ledger
from learnstream.stores.sql import db
from tests.money import balances, dispute, fail, make_order, make_refund, pay, refund


@pytest.fixture
def order(app):
    """An order of 90 euros, of which a coupon paid 10, with 19 % of tax."""
    return make_order(9000, discount=1000, tax=1520)


@pytest.fixture
def payment(order):
    return pay(order)


def entries(order):
    return db.session.scalars(
        db.select(LedgerEntry).where(LedgerEntry.order_id == order.id).order_by(LedgerEntry.id)
    ).all()


def test_a_payment_is_split_into_sales_discount_and_tax(order, payment):
    assert balances(order) == {"vendor_balance": 9520, "discounts": 1000, "tax": -1520, "sales": -9000}
    assert {entry.cause for entry in entries(order)} == {f"payment:{payment.vendor_id}"}
    assert {entry.occurred_at for entry in entries(order)} == {payment.paid_at}


def test_a_payment_is_recorded_once(order, payment):
    assert not ledger.record_payment(order, payment)
    assert len(entries(order)) == 4


def test_accounts_without_an_amount_get_no_entry(app):
    order = make_order()
    pay(order)

    assert {entry.account for entry in entries(order)} == {LedgerAccount.VENDOR_BALANCE, LedgerAccount.SALES}


def test_an_order_that_a_coupon_paid_for_counts_as_discount(app):
    order = make_order(4900, discount=4900)

    assert ledger.record_free(order)
    assert not ledger.record_free(order)
    assert balances(order) == {"discounts": 4900, "sales": -4900}


@pytest.mark.parametrize("parts", [(3173, 3173, 3174), (1, 9519), (9520,), (1,) * 7 + (9513,)])
def test_the_tax_of_partial_refunds_sums_to_the_whole(order, payment, parts):
    for amount in parts:
        refund(payment, amount)

    assert balances(order) == {"discounts": 1000, "sales": -9000, "refunds": 8000}


def test_a_refund_in_part_contains_its_part_of_the_tax(order, payment):
    refund(payment, 4760)

    assert balances(order) | {"sales": 0} == {
        "vendor_balance": 4760, "discounts": 1000, "tax": -760, "sales": 0, "refunds": 4000
    }  # fmt: skip


def test_a_refund_is_recorded_once(order, payment):
    made = refund(payment, 100)

    assert not ledger.record_refund(made)
    assert balances(order)["vendor_balance"] == 9420


def test_a_failed_refund_is_taken_back_once(order, payment):
    before = balances(order)
    made = refund(payment, 4761)
    fail(made)

    assert not ledger.record_refund_failure(made)
    assert not ledger.record_refund(made)
    assert balances(order) == before


def test_a_failure_that_comes_first_leaves_nothing_and_the_late_refund_is_no_news(order, payment):
    before = balances(order)
    made = make_refund(payment, 4761, state=RefundState.FAILED)

    assert ledger.record_refund_failure(made)
    assert not ledger.record_refund(made)
    assert balances(order) == before


@pytest.mark.parametrize("failing", range(3))
def test_whichever_refund_fails_the_rest_of_the_tax_is_exact(order, payment, failing):
    made = [refund(payment, amount) for amount in (3173, 3173, 3174)]
    fail(made[failing])
    refund(payment, made[failing].amount)

    assert balances(order) == {"discounts": 1000, "sales": -9000, "refunds": 8000}


def test_a_dispute_is_taken_and_returned_as_often_as_it_is(order, payment):
    before = balances(order)
    disputed = dispute(payment, 5000)
    assert not ledger.record_dispute(disputed, taken=True)
    for taken in (False, True, False):
        assert ledger.record_dispute(disputed, taken=taken)
        assert not ledger.record_dispute(disputed, taken=taken)

    assert balances(order) == before
    causes = {entry.cause.split(":", 2)[2] for entry in entries(order) if entry.cause.startswith("dispute")}
    assert causes == {"1:taken", "2:returned", "3:taken", "4:returned"}


def test_a_dispute_whose_amount_grows_is_recorded_by_the_difference(order, payment):
    disputed = dispute(payment, 3000)
    disputed.amount = 9520
    ledger.record_dispute(disputed, taken=True)
    assert balances(order) == {"discounts": 1000, "sales": -9000, "disputes": 8000}

    ledger.record_dispute(disputed, taken=False)

    assert balances(order) == {"vendor_balance": 9520, "discounts": 1000, "tax": -1520, "sales": -9000}


def test_an_inquiry_that_was_never_taken_moves_nothing(order, payment):
    disputed = dispute(payment, 100)
    ledger.record_dispute(disputed, taken=False)
    disputed.status = DisputeStatus.WARNING_CLOSED

    assert not ledger.record_dispute(disputed, taken=False)


def test_more_may_go_back_than_was_paid_but_no_more_tax(order, payment):
    refund(payment)
    disputed = dispute(payment)
    assert balances(order)["vendor_balance"] == -9520
    assert "tax" not in balances(order)

    ledger.record_dispute(disputed, taken=False)

    assert balances(order) == {"discounts": 1000, "sales": -9000, "refunds": 8000}


def test_in_whatever_order_money_goes_back_and_comes_back_the_tax_is_the_same(app):
    """Also where each part rounds differently: a third and a half of a payment of 100 with a tax of 7."""
    found = set()
    for order_of_events in itertools.permutations(range(3)):
        order = make_order(93, "jpy", tax=7)
        payment = pay(order)
        first, second = make_refund(payment, 33), make_refund(payment, 50)
        events = (
            lambda each=first: ledger.record_refund(each),
            lambda each=second: ledger.record_refund(each),
            lambda each=first: ledger.record_refund_failure(each),
        )
        for number in order_of_events:
            events[number]()
        found.add(tuple(sorted(balances(order).items())))

    assert found == {(("refunds", 46), ("sales", -93), ("tax", -3), ("vendor_balance", 50))}


def test_the_second_payment_of_an_order_has_a_tax_of_its_own(app):
    order = make_order(1000, tax=190)
    pay(order)
    twice = pay(order, amount=1100, tax=100)
    refund(twice)

    assert balances(order) == {"vendor_balance": 1190, "tax": -190, "sales": -2000, "refunds": 1000}


def test_a_refund_in_another_currency_than_its_payment_is_refused(order, payment):
    with pytest.raises(ValueError, match="usd"):
        ledger.record_refund(make_refund(payment, 100, currency="usd"))


def test_what_happens_at_once_is_recorded_once(order, payment, at_once):
    first, second = make_refund(payment, 4760), make_refund(payment, 4760)
    db.session.commit()
    ids = [first.id, second.id] * 3

    def record(refund_id):
        recorded = ledger.record_refund(db.session.get(type(first), refund_id))
        db.session.commit()
        db.session.remove()
        return recorded

    results = at_once(*(lambda each=each: record(each) for each in ids))

    assert sorted(results) == [False] * 4 + [True] * 2
    assert balances(order) == {"discounts": 1000, "sales": -9000, "refunds": 8000}


def test_a_payment_that_is_recorded_at_once_is_recorded_once(order, at_once):
    payment = Payment(
        order_id=order.id,
        vendor_id="pi_twice",
        amount=9520,
        tax=1520,
        currency="eur",
        livemode=False,
        paid_at=order.paid_at,
    )
    db.session.add(payment)
    db.session.commit()

    def record():
        recorded = ledger.record_payment(db.session.get(type(order), order.id), db.session.get(Payment, payment.id))
        db.session.commit()
        db.session.remove()
        return recorded

    assert sorted(at_once(*[record] * 4)) == [False] * 3 + [True]


@pytest.mark.parametrize("statement", ["UPDATE ledger SET amount = 0", "DELETE FROM ledger", "TRUNCATE ledger"])
def test_the_database_refuses_to_change_the_ledger(order, payment, statement):
    db.session.commit()

    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(db.text(statement))


def test_the_database_refuses_entries_that_do_not_balance(order, payment):
    db.session.add(
        LedgerEntry(
            order_id=order.id,
            account=LedgerAccount.SALES,
            amount=-1,
            currency="eur",
            cause="x:y",
            occurred_at=order.paid_at,
        )
    )

    with pytest.raises(IntegrityError, match="do not sum up to zero"):
        db.session.commit()
