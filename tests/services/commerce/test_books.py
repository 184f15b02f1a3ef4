"""Revenue equals the vendor's own books, to the minor unit, whatever happens and in whatever order it is told."""

import random
from datetime import timedelta

import pytest

from devstack.stripe.payments import CHARGE
from learnstream import clock
from learnstream.models import Payment, ReceivedPaymentEvent, Refund
from learnstream.models.ledger import Mode, RevenueBy
from learnstream.services.commerce import event_work, ledger_check, refunding, refunds, revenue
from learnstream.services.commerce.revenue import Span
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.orders import ask_for_page, open_page, receive, states_of_events, store_order

# Amounts of which a fifth or so is no whole number, and 19 % of tax neither.
SALES = (
    *((4999, "eur", True), (101, "eur", False), (99_999, "usd", True)),
    *((777, "jpy", True), (100_000, "kwd", True), (12_340, "kwd", False), (500_000, "isk", True)),
)
STATUSES = ("under_review", "won", "lost", "needs_response", "appeal_under_review", "warning_closed")


@pytest.fixture
def buy(stripe, course):
    """Sell a course, and return the vendor's charge."""

    def buy(amount=4999, currency="eur", automatic_tax=True, method="card", **columns):
        order = store_order(make_person(), course, amount, currency, **columns)
        session = stripe.pay(open_page(order, automatic_tax=automatic_tax), method)
        if method == "debit":
            stripe.decide(session["id"])
        return charge_of(stripe, session)

    return buy


def charge_of(stripe, session):
    intent = stripe.context.store.find(CHARGE, payment_intent=session["payment_intent"])
    return intent[0]["id"]


def step_of(currency):
    return {"kwd": 10, "isk": 100}.get(currency, 1)


def give_back(stripe, charge_id, rng):
    """Refund and dispute some of a charge, as buyers, banks and the school might."""
    for _ in range(rng.randrange(5)):
        charge = stripe.context.store.get(CHARGE, charge_id)
        left = charge["amount"] - charge["amount_refunded"]
        if charge["disputed"]:
            continue
        step = step_of(charge["currency"])
        part = rng.choice([1, 3, 7]) * step
        if rng.random() < 0.25:
            dispute = stripe.dispute(
                charge_id, rng.choice([None, charge["amount"] // 3 // step * step]), inquiry=rng.random() < 0.3
            )
            for _ in range(rng.randrange(4)):
                stripe.move_dispute(dispute["id"], rng.choice(STATUSES))
        elif left > part:
            made = stripe.refund(
                charge_id,
                rng.choice([part, left // 3 // step * step or part, left]),
                rng.choice(["succeeded", "pending"]),
            )
            if rng.random() < 0.4:
                stripe.move_refund(made["id"], rng.choice(["failed", "canceled", "succeeded"]))


def books_and_revenue(stripe):
    today = clock.today("UTC")
    span = Span(today - timedelta(days=2), today + timedelta(days=2), "UTC")
    db.session.rollback()
    ours = {
        row["currency"]: {
            "charged": row["gross"] - row["discounts"], "refunded": row["refunds"], "disputed": row["disputes"]
        }
        for row in revenue.revenue(RevenueBy.CURRENCY, span, Mode.TEST)
    }  # fmt: skip
    return stripe.books(), ours


def require_equal(stripe):
    books, ours = books_and_revenue(stripe)
    assert ours == books
    assert [*ledger_check.check()] == []


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(2, 30))]
)
def test_revenue_equals_the_books_of_the_vendor(stripe, buy, seed):
    rng = random.Random(seed)
    charges = [buy(*sale, method=rng.choice(["card", "debit"])) for sale in SALES]
    for charge in charges:
        give_back(stripe, charge, rng)
    events = stripe.take_events()
    told = [*events, *rng.sample(events, len(events) // 3)]
    rng.shuffle(told)

    receive(stripe, *told)
    drain()

    require_equal(stripe)


def drain():
    """Handle what has to be tried again, since it came before what it is about."""
    for _ in range(20):
        db.session.execute(db.update(ReceivedPaymentEvent).values(next_try_at=clock.now()))
        db.session.commit()
        if not event_work.handle_due():
            break
    assert set(states_of_events().values()) <= {"done", "ignored"}


def test_a_discount_is_no_charge(stripe, buy):
    buy(9999, discount=3333, total=6666)
    receive(stripe)

    require_equal(stripe)
    assert revenue_of("discounts") == 3333


def revenue_of(name):
    today = clock.today("UTC")
    [row] = revenue.revenue(RevenueBy.CURRENCY, Span(today, today, "UTC"), Mode.TEST)
    return row[name]


def test_an_order_that_is_paid_twice_is_sold_once(stripe, buy, course):
    order = store_order(make_person(), course)
    first = open_page(order)
    order.attempt, order.checkout_id = 2, None
    second = ask_for_page(order)
    for page in (second.id, first):
        stripe.pay(page)
    receive(stripe)
    db.session.rollback()
    [twice] = [refund for payment in db.session.scalars(db.select(Payment)) for refund in requested(payment)]
    refunding.carry_out(twice.id)
    receive(stripe)

    require_equal(stripe)
    assert (revenue_of("gross"), revenue_of("refunds"), revenue_of("net")) == (9800, 4900, 4900)


def requested(payment):
    return db.session.scalars(db.select(Refund).where(Refund.payment_id == payment.id)).all()


def test_a_refund_that_was_made_but_not_answered_counts_once(stripe, buy):
    buy()
    receive(stripe)
    payment = db.session.scalars(db.select(Payment)).one()
    made = refunds.request(payment, amount=1000)
    db.session.commit()
    refunding.carry_out(made.id)
    receive(stripe)

    require_equal(stripe)
    assert revenue_of("refunds") == 1000
