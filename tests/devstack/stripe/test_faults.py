"""Faulty responses to requests that took effect, as Stripe's own SDK sees them, and events that come at bad times."""

import time

import pytest
import stripe as sdk_errors

ONCE = {"options": {"idempotency_key": "checkout-5-1"}}


@pytest.fixture
def posting_checkout(posting_stripe, connect):
    """Return a function that opens a checkout with the emulator that posts its events."""

    def checkout():
        item = {
            "price_data": {"currency": "eur", "unit_amount": 4900, "product_data": {"name": "Rocks"}},
            "quantity": 1,
        }
        params = {"mode": "payment", "line_items": [item], "success_url": "https://school.example/done"}
        return connect(posting_stripe).checkout.sessions.create(params)

    return checkout


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("blank", sdk_errors.APIError),
        ("cut", sdk_errors.APIConnectionError),
        ("closed", sdk_errors.APIConnectionError),
    ],
)
def test_a_response_is_lost_after_the_work_was_done(stripe, checkout, sdk, kind, error):
    stripe.misbehave(api={"kind": kind, "method": "POST"})
    with pytest.raises(error):
        checkout(**ONCE)

    again = checkout(**ONCE)

    assert [each.id for each in sdk.checkout.sessions.list()] == [again.id]


@pytest.mark.parametrize("kind", ["empty", "null"])
def test_a_response_says_nothing(stripe, checkout, sdk, kind):
    stripe.misbehave(api={"kind": kind, "method": "POST"})

    assert getattr(checkout(), "id", None) is None
    assert len(sdk.checkout.sessions.list().data) == 1


def test_a_status_can_be_one_that_the_sdk_does_not_know(stripe, checkout):
    stripe.misbehave(api={"kind": "enum", "method": "POST"})

    assert checkout().status == "paused_by_a_newer_stripe"


def test_a_response_is_slow(stripe, checkout):
    stripe.misbehave(api={"kind": "slow", "seconds": 0.5, "method": "POST"})
    began = time.monotonic()

    assert checkout().status == "open"
    assert time.monotonic() - began >= 0.5


def test_a_response_comes_byte_by_byte(stripe, connect):
    stripe.misbehave(api={"kind": "trickle", "seconds": 0.01})
    began = time.monotonic()

    connect(stripe).coupons.create({"duration": "once", "percent_off": 10})

    assert time.monotonic() - began >= 2


def test_a_frozen_vendor_takes_no_effect(stripe, checkout, sdk):
    stripe.misbehave(api={"kind": "hang", "seconds": 0.5, "method": "POST"})
    with pytest.raises(sdk_errors.APIError):
        checkout()

    assert sdk.checkout.sessions.list().data == []


def test_events_come_before_the_answer(posting_stripe, posting_checkout, receiver):
    posting_stripe.misbehave(api={"kind": "early", "method": "POST"})

    session = posting_checkout()

    assert session.status == "open"
    [event] = [each for each in receiver.received if each["type"] == "checkout.session.completed"]
    assert event["data"]["object"]["id"] == session.id


def test_events_come_late(posting_stripe, posting_checkout, receiver):
    posting_stripe.misbehave(delay=3600)
    posting_stripe.pay(posting_checkout().id)
    posting_stripe.deliver_due()
    assert receiver.received == []

    posting_stripe.advance(3601)

    assert "checkout.session.completed" in receiver.types(4)


def test_forgotten_events_are_listed_as_undelivered(posting_stripe, posting_checkout, receiver, connect):
    posting_stripe.misbehave(drop=["checkout.session.completed"])
    posting_stripe.pay(posting_checkout().id)
    receiver.wait_for(3)
    posting_stripe.flush()

    undelivered = connect(posting_stripe).events.list({"delivery_success": False})

    assert [event.type for event in undelivered] == ["checkout.session.completed"]
