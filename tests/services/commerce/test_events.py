"""What the vendor's events do: each row of its table of events, and the reports in the plan by their numbers."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from devstack.stripe.payments import CHARGE
from learnstream.clock import now
from learnstream.integrations.payments import ReceivedEvent, current_payments
from learnstream.models import (
    AuditEntry,
    Dispute,
    Event,
    Order,
    OrderState,
    OutboxMessage,
    Payment,
    ReceivedPaymentEvent,
    Refund,
    RefundState,
)
from learnstream.services.commerce import event_work, granting
from learnstream.services.enrollment import grants
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.orders import grants_of, open_page, receive, states_of_events, store_order

SUBSCRIPTIONS = [
    *("customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted"),
    *("invoice.paid", "invoice.payment_failed"),
]


@pytest.fixture
def order(stripe, stranger, course):
    return store_order(stranger, course)


@pytest.fixture
def page(order):
    """The id of the order's page."""
    return open_page(order)


@pytest.fixture
def charge(stripe, order, page):
    """The charge of the order's payment, of which no event has come yet."""
    session = stripe.pay(page)
    [charge] = stripe.context.store.find(CHARGE, payment_intent=session["payment_intent"])
    return charge


def state_of(order):
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True).state


def grant_of(order):
    [grant] = grants_of(order)
    return grant


def rows(table):
    db.session.rollback()
    return [*db.session.scalars(select(table).order_by(table.id))]


def make_due():
    """Let all pending events be due again."""
    db.session.execute(update(ReceivedPaymentEvent).values(next_try_at=now()))
    db.session.commit()


def relay_all():
    """Have all commands handled, also those that are not due yet."""
    db.session.execute(update(OutboxMessage).values(next_try_at=now()))
    db.session.commit()
    outbox.relay()


def store(event_type, about, *, event_id="evt_1"):
    """Receive an event with any object, and have it handled."""
    body = {"id": event_id, "object": "event", "type": event_type, "created": 1795000000, "livemode": False}
    raw = json.dumps(body | {"data": {"object": about}}).encode()
    event_work.receive(ReceivedEvent(event_id, event_type, now(), False, raw))
    db.session.commit()
    event_work.handle_due()
    [stored] = [each for each in rows(ReceivedPaymentEvent) if each.event_id == event_id]
    return stored


def test_checkout_session_completed_and_paid_grants(stripe, order, charge):
    receive(stripe)

    assert state_of(order) is OrderState.PAID
    assert grant_of(order).ended_at is None
    assert states_of_events()["checkout.session.completed"] == "done"


def test_checkout_session_completed_without_a_payment_grants(stripe, stranger, course):
    order = store_order(stranger, course, discount=4900, total=0)
    stripe.pay(open_page(order))

    receive(stripe)

    assert state_of(order) is OrderState.PAID


def test_checkout_session_completed_but_unpaid_waits(stripe, order, page):
    stripe.pay(page, "debit")

    receive(stripe)

    assert (state_of(order), grants_of(order)) == (OrderState.PENDING, [])


def test_checkout_session_async_payment_succeeded_grants_days_later(stripe, order, page):
    stripe.pay(page, "debit")
    receive(stripe)
    stripe.decide(page)

    receive(stripe)

    assert state_of(order) is OrderState.PAID


def test_checkout_session_async_payment_failed_fails_the_order(stripe, order, page):
    stripe.pay(page, "debit")
    stripe.decide(page, succeeded=False)

    receive(stripe)

    assert (state_of(order), grants_of(order)) == (OrderState.FAILED, [])


def test_checkout_session_expired_expires_the_order(stripe, order, page):
    current_payments().expire_checkout(page)

    receive(stripe)

    assert state_of(order) is OrderState.EXPIRED


def test_refund_created_refund_updated_and_refund_failed_count_once_each(stripe, order, charge):
    refund = stripe.refund(charge["id"], status="pending")
    receive(stripe)
    assert (state_of(order), rows(Refund)[0].state) == (OrderState.REFUNDED, RefundState.PENDING)

    stripe.move_refund(refund["id"], "succeeded")
    receive(stripe)
    assert [each.state for each in rows(Refund)] == [RefundState.SUCCEEDED]

    stripe.move_refund(refund["id"], "failed")
    receive(stripe)
    assert [each.state for each in rows(Refund)] == [RefundState.FAILED]
    assert state_of(order) is OrderState.PAID


def test_charge_refunded_records_refunds_of_which_no_event_has_come(stripe, order, charge):
    stripe.refund(charge["id"], 1000)
    stripe.refund(charge["id"], 2000)
    *_, last = [each for each in stripe.take_events() if each.type == "charge.refunded"]

    receive(stripe, last)

    assert sorted(each.amount for each in rows(Refund)) == [1000, 2000]
    assert state_of(order) is OrderState.PARTLY_REFUNDED


@pytest.mark.parametrize(("status", "suspended"), [("under_review", True), ("won", False), ("lost", True)])
def test_charge_dispute_events_take_the_state_from_the_status(stripe, order, charge, status, suspended):
    dispute = stripe.dispute(charge["id"])
    stripe.move_dispute(dispute["id"], status)

    receive(stripe)

    assert [each.status.value for each in rows(Dispute)] == [status]
    assert (grant_of(order).suspended_at is not None) is suspended


def test_charge_dispute_funds_withdrawn_tells_of_a_dispute_as_well(stripe, order, charge):
    stripe.dispute(charge["id"])
    [withdrawn] = [each for each in stripe.take_events() if each.type == "charge.dispute.funds_withdrawn"]

    receive(stripe, withdrawn)

    assert [each.status.value for each in rows(Dispute)] == ["needs_response"]


def warning_of(charge):
    return {
        "id": "issfr_1",
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "created": 1795000000,
        "fraud_type": "unauthorized_use_of_card",
        "livemode": False,
    }


def test_radar_early_fraud_warning_created_tells_a_person(stripe, order, charge):
    store("radar.early_fraud_warning.created", warning_of(charge))
    store("radar.early_fraud_warning.created", warning_of(charge), event_id="evt_2")

    [warned] = db.session.scalars(select(Event).where(Event.type == "payment.warned"))
    assert (warned.data["order_id"], warned.data["fraud_type"]) == (order.id, "unauthorized_use_of_card")
    audited = [each for each in rows(AuditEntry) if each.action == "order.warned"]
    assert [each.target_id for each in audited] == [str(order.id)]


@pytest.mark.parametrize("event_type", SUBSCRIPTIONS)
def test_customer_subscription_and_invoice_events_are_stored_and_ignored(stripe, app, event_type):
    stored = store(event_type, {"id": "sub_1", "object": event_type.rpartition(".")[0]})

    assert (stored.state.value, stored.order_id) == ("ignored", None)


@pytest.mark.parametrize("event_type", ["payment_intent.succeeded", "charge.succeeded", "tomorrow.invented"])
def test_payment_intent_and_charge_succeeded_and_unknown_types_are_ignored(stripe, app, event_type):
    assert store(event_type, {"id": "x_1", "object": "x"}).state.value == "ignored"


def test_events_about_what_others_sold_with_the_account_are_ignored(stripe, app):
    refund = {"id": "re_1", "object": "refund", "amount": 5, "currency": "eur", "created": 1795000000}

    stored = store("refund.created", refund | {"payment_intent": "pi_of_others", "status": "succeeded"})

    assert stored.state.value == "ignored"


@pytest.mark.parametrize("attempt", [{"attempt": "1"}, {}])
def test_what_another_system_sold_under_our_number_is_ignored_and_not_refunded(stripe, order, page, attempt):
    theirs = stripe.pay(page) | {"id": "cs_test_theirs", "payment_intent": "pi_theirs"}

    stored = store("checkout.session.completed", theirs | {"metadata": {"order_id": str(order.id), **attempt}})

    assert stored.state.value == "ignored"
    assert state_of(order) is OrderState.PENDING
    assert rows(Payment) == rows(Refund) == []


def test_every_example_of_the_contract_is_stored_and_fails_or_is_ignored_without_harm(stripe, app):
    examples = json.loads((Path(__file__).parents[2] / "data/stripe_events.json").read_text())
    for each in examples:
        payload = each["payload"]
        store(payload["type"], payload["data"]["object"], event_id=payload["id"])

    assert {each.state.value for each in rows(ReceivedPaymentEvent)} <= {"ignored", "pending"}


def test_report_06_an_enrollment_that_fails_after_paying_is_tried_again_until_it_holds(
    stripe, order, charge, monkeypatch
):
    def fail(*_, **__):
        raise RuntimeError("the enrollment failed")

    with monkeypatch.context() as broken:
        broken.setattr(grants, "give", fail)
        for _ in range(3):
            receive(stripe)
            make_due()
        assert state_of(order) is OrderState.PENDING
        completed = next(each for each in rows(ReceivedPaymentEvent) if each.type == "checkout.session.completed")
        assert (completed.state.value, completed.last_error) == ("pending", "RuntimeError: the enrollment failed")

    event_work.handle_due()

    assert (state_of(order), len(grants_of(order))) == (OrderState.PAID, 1)


def test_report_07_a_duplicate_is_acknowledged_and_changes_nothing(stripe, order, charge):
    events = stripe.take_events()
    for _ in range(2):
        receive(stripe, *events)

    assert len({each.event_id for each in rows(ReceivedPaymentEvent)}) == len(rows(ReceivedPaymentEvent)) == len(events)
    assert (len(grants_of(order)), len(rows(Payment))) == (1, 1)


def test_report_08_deliveries_at_once_are_stored_once(app, stripe, order, charge):
    [completed] = [each for each in stripe.take_events() if each.type == "checkout.session.completed"]

    def deliver(_):
        with app.app_context():
            return event_work.receive(ReceivedEvent(completed.id, completed.type, now(), False, completed.body)) and (
                db.session.commit() or True
            )

    with ThreadPoolExecutor(4) as threads:
        received = [*threads.map(deliver, range(4))]

    assert received.count(True) == 1


def test_report_09_an_event_of_an_order_that_is_not_known_yet_is_kept_and_tried_again(stripe, order, charge, course):
    order_id = order.id
    [completed] = [each for each in stripe.take_events() if each.type == "checkout.session.completed"]
    body = completed.body.replace(f'"order_id": "{order_id}"'.encode(), f'"order_id": "{order_id + 1}"'.encode())
    receive(stripe, replace(completed, body=body))
    [stored] = rows(ReceivedPaymentEvent)
    assert (stored.state.value, stored.tries) == ("pending", 1)
    assert "there is no order" in stored.last_error

    late = store_order(make_person(), course, id=order_id + 1)
    late.accepted_terms_at = order.accepted_terms_at
    db.session.commit()
    make_due()
    event_work.handle_due()

    assert (state_of(late), states_of_events()["checkout.session.completed"]) == (OrderState.PAID, "done")


def test_an_event_that_keeps_failing_is_parked_after_a_day(stripe, app, order, charge):
    store("checkout.session.completed", session_of(stripe, order_id="999999", attempt="1"))
    for _ in range(60):
        make_due()
        event_work.handle_due()

    [stored] = rows(ReceivedPaymentEvent)
    assert stored.state.value == "parked"
    pauses = [event_work.RETRIES.pause_after(number) for number in range(1, stored.tries)]
    assert sum(pauses, timedelta()) >= timedelta(hours=24)


def session_of(stripe, **metadata):
    [session] = stripe.context.store.find("checkout_session")
    return {name: value for name, value in session.items() if not name.startswith("_")} | {"metadata": metadata}


def test_an_event_that_cannot_be_read_is_parked_at_once(stripe, app):
    stored = store("checkout.session.completed", {"id": "cs_1", "object": "checkout.session", "mode": "payment"})

    assert (stored.state.value, stored.tries) == ("parked", 1)


def test_report_10_events_of_many_orders_and_their_return_pages_do_not_block_each_other(app, stripe, course):
    orders = [store_order(make_person(), course) for _ in range(6)]
    pages = {order.id: open_page(order) for order in orders}
    for checkout_id in pages.values():
        stripe.pay(checkout_id)
    for event in stripe.take_events():
        event_work.receive(ReceivedEvent(event.id, event.type, now(), False, event.body))
    db.session.commit()

    def work(_):
        with app.app_context():
            return event_work.handle_due()

    def come_back(item):
        with app.app_context():
            checkout = current_payments().find_checkout(item[1])
            granting.settle(item[0], checkout)
            db.session.commit()

    with ThreadPoolExecutor(10) as threads:
        workers = threads.map(work, range(4))
        returns = threads.map(come_back, [*pages.items()])
        handled, _ = sum(workers), [*returns]

    assert handled == len(rows(ReceivedPaymentEvent))
    assert {each.state for each in rows(Order)} == {OrderState.PAID}
    assert [len(grants_of(order)) for order in orders] == [1] * 6
    assert len(rows(Payment)) == 6


def test_report_13_events_that_do_not_carry_the_order_find_it_by_its_payment(stripe, order, charge):
    dispute = {key: value for key, value in stripe.dispute(charge["id"]).items() if not key.startswith("_")}

    stored = store("charge.dispute.created", dispute | {"metadata": {}})

    assert (stored.state.value, stored.order_id) == ("done", order.id)
    assert state_of(order) is OrderState.DISPUTED


def test_a_refund_that_comes_before_its_payment_settles_the_order_first(stripe, order, charge):
    stripe.refund(charge["id"])
    events = [each for each in stripe.take_events() if each.type == "refund.created"]

    receive(stripe, *events)

    assert state_of(order) is OrderState.REFUNDED
    assert len(rows(Payment)) == 1
    assert grant_of(order).ended_at is not None


def test_events_in_the_wrong_order_and_twice_end_the_same(stripe, order, charge):
    refund = stripe.refund(charge["id"], 900)
    stripe.dispute(charge["id"], 4000)
    events = stripe.take_events()

    receive(stripe, *events[::-1], *events)

    assert [each.vendor_id for each in rows(Refund)] == [refund["id"]]
    assert state_of(order) is OrderState.DISPUTED


def test_the_links_of_a_payment_follow(stripe, order, charge):
    receive(stripe)
    relay_all()

    [payment] = rows(Payment)
    assert payment.charge_id == charge["id"]
    assert payment.receipt_url == charge["receipt_url"]
    assert payment.invoice_url
    assert {each.topic for each in rows(OutboxMessage) if each.done_at} >= {"payment.documents"}


def test_a_second_payment_goes_back_to_the_buyer(stripe, order, charge):
    receive(stripe)
    order.attempt, order.checkout_id = 2, None
    second = open_page(order)
    stripe.pay(second)
    receive(stripe)

    relay_all()
    receive(stripe)

    assert state_of(order) is OrderState.PAID
    assert stripe.books()["eur"] == {"charged": 9800, "refunded": 4900, "disputed": 0}
    assert grant_of(order).ended_at is None
