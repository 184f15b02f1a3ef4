"""Orders that were open when the server's key was replaced by one of the other mode, or of another account."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from devstack.stripe import Emulator
from learnstream.clock import now
from learnstream.integrations import payments
from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.models import CouponUse, CouponUseState, Order, OrderState, OutboxMessage
from learnstream.services.commerce import documents, reconciliation, status_report
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.orders import receive
from tests.payments import check_out, make_coupon, make_priced_course, pay, read_order


@pytest.fixture(scope="module", params=["live", "test"])
def another(request, tmp_path_factory):
    """The other account: of real money, or of tests as well."""
    with Emulator(tmp_path_factory.mktemp("another"), live=request.param == "live") as emulator:
        yield emulator


@pytest.fixture
def switch(app, another, monkeypatch):
    """Return a function that replaces the server's key."""
    another.reset()

    def switch():
        given = another.environment()
        service = StripePayments(given["STRIPE_API_URL"], given["STRIPE_SECRET_KEY"], [given["STRIPE_WEBHOOK_SECRETS"]])
        monkeypatch.setitem(app.extensions, payments.EXTENSION, lambda: service)

    return switch


@pytest.fixture
def sold(client, stripe, owner, admin):
    course = make_priced_course(client, owner, admin)
    make_coupon(client, admin)
    return course


def states():
    db.session.rollback()
    return [*db.session.scalars(select(Order.state).order_by(Order.id))]


def test_buyers_get_a_page_of_the_present_account(client, another, sold, stranger, switch):
    former = check_out(client, stranger, sold)
    switch()

    made = check_out(client, stranger, sold)

    assert made["order_id"] != former["order_id"]
    pay(another, made)
    assert read_order(client, stranger, made["order_id"])["state"] == "paid"
    assert states() == [OrderState.EXPIRED, OrderState.PAID]


def test_an_order_that_has_no_page_yet_is_placed_anew(client, stripe, another, sold, stranger, switch):
    stripe.misbehave(api={"kind": "status", "status": 503, "times": 2})
    check_out(client, stranger, sold, status=503, coupon="STARS")
    switch()

    made = check_out(client, stranger, sold, coupon="STARS")

    pay(another, made)
    assert read_order(client, stranger, made["order_id"])["state"] == "paid"


def test_a_debit_that_waits_in_the_other_mode_keeps_nobody_from_buying(client, stripe, another, sold, stranger, switch):
    waiting = check_out(client, stranger, sold)
    pay(stripe, waiting, "debit")
    read_order(client, stranger, waiting["order_id"])
    switch()
    if not another.context.live:
        # Its money may still come, from the former account.
        assert check_out(client, stranger, sold, status=409)["code"] == "payment_on_its_way"
        return

    made = check_out(client, stranger, sold)

    pay(another, made)
    assert read_order(client, stranger, made["order_id"])["state"] == "paid"


@pytest.mark.parametrize("debit", [False, True])
def test_open_orders_end(client, stripe, another, sold, stranger, switch, debit):
    made = check_out(client, stranger, sold, coupon="STARS")
    if debit:
        pay(stripe, made, "debit")
        read_order(client, stranger, made["order_id"])
    long_ago = now() - timedelta(days=20)
    columns = {"created_at": long_ago, "checkout_expires_at": long_ago, "next_check_at": None}
    columns |= {"checkout_completed_at": long_ago} if debit else {}
    db.session.execute(update(Order).values(columns))
    db.session.commit()
    switch()

    reconciliation.run()

    assert states() == [OrderState.FAILED if debit else OrderState.EXPIRED]
    assert db.session.scalar(select(CouponUse.state)) is CouponUseState.GIVEN_BACK
    assert status_report.report()["orders"]["hanging"] == 0


def test_a_late_payment_of_the_former_account_counts_without_its_receipt(
    client, stripe, sold, stranger, another, switch
):
    paid = check_out(client, stranger, sold)
    pay(stripe, paid)
    receive(stripe)
    switch()

    db.session.execute(update(OutboxMessage).values(next_try_at=now()))
    db.session.commit()
    outbox.relay()

    assert states() == [OrderState.PAID]
    links = select(OutboxMessage.done_at).where(OutboxMessage.topic == documents.MISSING)
    assert None not in db.session.scalars(links).all()
