"""Reconciliation: what events have never told is found in the vendor's lists."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from devstack.stripe.sessions import SESSION
from learnstream.clock import now
from learnstream.errors.payment_service import Unreachable
from learnstream.integrations.payments import current_payments
from learnstream.models import CouponUseState, Order, OrderState, Payment, ReceivedPaymentEvent, Refund, RefundState
from learnstream.models.reconciliation import Reconciliation, ReconciliationStep
from learnstream.services.commerce import comparing, event_work, reconciliation, refunds
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.orders import ask_for_page, grants_of, open_page, receive, store_order
from tests.services.commerce.test_granting import give_coupon, use_of

LONG_AGO = timedelta(days=3)


@pytest.fixture
def order(stripe, stranger, course):
    return store_order(stranger, course)


def run():
    """Run reconciliation, without the events that it finds: as if those had never been sent."""
    reconciliation.run()
    return row()


def row():
    db.session.rollback()
    return db.session.scalar(select(Reconciliation), execution_options={"populate_existing": True})


def state_of(order):
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True).state


def change(order, **columns):
    db.session.execute(update(Order).where(Order.id == order.id).values(**columns))
    db.session.commit()


def requests_of(monkeypatch):
    """Count the pages that are asked for, by step."""
    counted = []
    for step, (since, compare) in {step: (each.since, each.compare) for step, each in comparing.STEPS.items()}.items():

        def counting(of, cursor, step=step, compare=compare):
            counted.append(step)
            return compare(of, cursor)

        monkeypatch.setitem(comparing.STEPS, step, comparing.Step(since, counting))
    return counted


def test_a_payment_of_which_no_event_has_come_is_granted(stripe, order):
    stripe.pay(open_page(order))

    found = run()

    assert (state_of(order), len(grants_of(order))) == (OrderState.PAID, 1)
    assert (found.step, found.last_error, found.lease_until) == (None, None, None)
    assert found.finished_at is not None
    # The list tells what events do not.
    assert db.session.scalar(select(Payment.receipt_url)) is not None


def test_report_02_what_was_paid_while_the_application_was_down_needs_no_second_payment(stripe, order):
    stripe.misbehave(drop=["*"])
    stripe.pay(open_page(order))

    run()
    run()

    assert state_of(order) is OrderState.PAID
    assert stripe.books()["eur"]["charged"] == 4900


def test_an_abandoned_page_expires_its_order(stripe, order):
    give_coupon(order)
    current_payments().expire_checkout(open_page(order))

    run()

    assert (state_of(order), use_of(order)) == (OrderState.EXPIRED, CouponUseState.GIVEN_BACK)


def test_a_debit_waits_and_then_fails(stripe, order):
    page = open_page(order)
    stripe.pay(page, "debit")
    run()
    assert state_of(order) is OrderState.PENDING
    assert db.session.get_one(Order, order.id).checkout_completed_at is not None

    stripe.decide(page, succeeded=False)
    run()

    assert state_of(order) is OrderState.FAILED


def test_report_16_a_late_payment_of_an_order_that_was_closed_here_is_found(stripe, order):
    page = open_page(order)
    change(order, state=OrderState.EXPIRED, next_check_at=now() + timedelta(hours=20))
    stripe.pay(page)

    run()

    assert state_of(order) is OrderState.PAID


def test_a_page_of_which_no_answer_came_is_found_again(stripe, order):
    checkout = ask_for_page(order)

    run()

    found = db.session.get_one(Order, order.id, populate_existing=True)
    assert (found.checkout_id, found.checkout_url) == (checkout.id, checkout.url)
    assert state_of(order) is OrderState.PENDING


def test_the_page_of_an_order_that_was_closed_without_knowing_it_is_closed(stripe, order):
    page = ask_for_page(order)
    change(order, state=OrderState.EXPIRED, next_check_at=now() + timedelta(hours=1))
    run()

    assert stripe.context.load(SESSION, page.id)["status"] == "expired"
    assert state_of(order) is OrderState.EXPIRED


def test_an_order_that_never_got_a_page_expires_once_no_page_could_be_open(stripe, order):
    give_coupon(order)
    change(order, checkout_expires_at=now() + timedelta(minutes=5))
    run()
    assert state_of(order) is OrderState.PENDING

    change(order, checkout_expires_at=now() - timedelta(hours=2), next_check_at=None)
    run()

    assert (state_of(order), use_of(order)) == (OrderState.EXPIRED, CouponUseState.GIVEN_BACK)


def test_an_old_order_is_asked_about_by_itself_and_not_too_often(stripe, order, monkeypatch):
    page = open_page(order)
    stripe.pay(page, "debit")
    run()
    change(order, created_at=now() - LONG_AGO, next_check_at=None)
    run()
    assert db.session.get_one(Order, order.id, populate_existing=True).next_check_at > now() + timedelta(hours=5)
    stripe.decide(page)
    run()
    assert state_of(order) is OrderState.PENDING

    change(order, next_check_at=now())
    run()

    assert state_of(order) is OrderState.PAID


def test_events_that_no_server_has_acknowledged_are_received(stripe, order):
    stripe.pay(open_page(order))
    # Settled otherwise, so that only the event is missing.
    change(order, state=OrderState.EXPIRED)

    run()
    event_work.handle_due()

    assert state_of(order) is OrderState.PAID
    types = {*db.session.scalars(select(ReceivedPaymentEvent.type))}
    assert "checkout.session.completed" in types


def test_a_refund_that_was_decided_unheard_is_found(stripe, order):
    stripe.pay(open_page(order))
    receive(stripe)
    [payment] = db.session.scalars(select(Payment)).all()
    refunds.request(payment)
    db.session.commit()
    vendor = stripe.context.store.find("charge")[0]
    made = stripe.refund(vendor["id"], status="pending")
    receive(stripe)
    stripe.move_refund(made["id"], "failed")
    db.session.execute(update(Refund).where(Refund.vendor_id.is_(None)).values(state=RefundState.CANCELED))
    db.session.commit()

    run()

    db.session.rollback()
    assert db.session.scalar(select(Refund.state).where(Refund.vendor_id == made["id"])) is RefundState.FAILED


def test_nothing_is_listed_when_nothing_is_open(stripe, order, monkeypatch):
    stripe.pay(open_page(order))
    receive(stripe)
    counted = requests_of(monkeypatch)

    run()

    assert counted == [ReconciliationStep.ORDERS, ReconciliationStep.EVENTS]


def test_many_orders_are_compared_in_pages_and_only_those_that_differ_are_settled(stripe, course, monkeypatch):
    people = [make_person() for _ in range(3)]
    orders = [store_order(each, course) for each in people]
    for each in orders[:2]:
        stripe.pay(open_page(each))
    settled = []
    monkeypatch.setattr(
        comparing, "_settle", lambda checkout, settle=comparing._settle: settled.append(settle(checkout))
    )
    open_page(orders[2])

    run()
    run()

    assert [state_of(each) for each in orders] == [OrderState.PAID, OrderState.PAID, OrderState.PENDING]
    assert len(settled) == 2
    assert row().corrected >= 2


def test_one_order_that_fails_keeps_no_other_from_being_reconciled(stripe, course, monkeypatch):
    orders = [store_order(make_person(), course) for _ in range(2)]
    for each in orders:
        stripe.pay(open_page(each))
    settle, wrong = comparing._settle, orders[0].id

    def failing(checkout):
        if checkout.order_id == wrong:
            raise RuntimeError("poison")
        return settle(checkout)

    monkeypatch.setattr(comparing, "_settle", failing)

    run()

    assert [state_of(each) for each in orders] == [OrderState.PENDING, OrderState.PAID]


def test_a_run_stops_at_its_ceiling_and_the_next_one_resumes(stripe, order, monkeypatch):
    open_page(order)
    monkeypatch.setattr(reconciliation, "MAX_REQUESTS", 1)

    stopped = run()
    assert (stopped.step, stopped.finished_at) == (ReconciliationStep.REFUNDS, None)

    while row().finished_at is None:
        run()

    assert (row().step, row().cursor) == (None, None)


def test_a_run_that_the_vendor_fails_resumes_where_it_stopped(stripe, order):
    stripe.pay(open_page(order))
    stripe.misbehave(api={"kind": "status", "status": 503, "path": "/v1/events", "times": 5})

    failed = run()
    assert failed.step is ReconciliationStep.EVENTS
    assert failed.last_error.startswith(Unreachable.__name__)
    assert failed.lease_until is None
    assert state_of(order) is OrderState.PAID

    stripe.behave()
    assert run().last_error is None


def test_a_step_that_always_fails_does_not_keep_the_others_from_being_repeated(stripe, order):
    """As with a restricted key that may not list events."""
    stripe.misbehave(api={"kind": "status", "status": 403, "path": "/v1/events", "times": 9})
    assert run().step is ReconciliationStep.EVENTS
    stripe.pay(open_page(order))
    run()
    assert state_of(order) is OrderState.PENDING

    db.session.execute(update(Reconciliation).values(started_at=now() - timedelta(hours=2)))
    db.session.commit()

    assert run().step is ReconciliationStep.EVENTS
    assert state_of(order) is OrderState.PAID


def test_a_cursor_that_the_vendor_refuses_is_forgotten(stripe, order):
    open_page(order)
    run()
    values = {"step": ReconciliationStep.CHECKOUTS, "since": now() - LONG_AGO, "cursor": "cs_test_gone"}
    db.session.execute(update(Reconciliation).values(values))
    db.session.commit()

    assert run().last_error is not None
    assert run().last_error is None


def test_another_worker_that_runs_it_is_left_alone(stripe, order):
    stripe.pay(open_page(order))
    db.session.add(Reconciliation(id=1, lease_until=now() + timedelta(minutes=1)))
    db.session.commit()

    run()

    assert state_of(order) is OrderState.PENDING


def test_a_paid_checkout_of_an_unknown_order_is_logged(stripe, order, caplog):
    other = store_order(make_person(), order_course(order))
    stripe.pay(open_page(other))
    open_page(order)
    db.session.delete(db.session.get_one(Order, other.id))
    db.session.commit()

    run()

    assert f"there is no order {other.id}" in caplog.text


def order_course(order):
    return type("Course", (), {"id": order.course_id})()
