"""Events compared with the eight examples: the same envelope, and the same fields of the same types."""

import json
from pathlib import Path

import pytest

EXAMPLES = [
    each["payload"] for each in json.loads((Path(__file__).parents[2] / "data" / "stripe_events.json").read_text())
]
# What only Connect and some ways of paying have.
OPTIONAL = {"tax_id_collection"}


@pytest.fixture
def emitted(stripe, sdk, checkout, paid):
    """One event of each example's type."""
    coupon = sdk.coupons.create({"duration": "once", "percent_off": 20})
    invoice = {"invoice_creation": {"enabled": True}, "customer_creation": "always"}
    _, charge = paid(discounts=[{"coupon": coupon.id}], metadata={"order_id": "5"}, **invoice)
    refund = sdk.refunds.create({"charge": charge.id, "amount": 100, "reason": "requested_by_customer"})
    stripe.move_refund(refund.id, "failed")
    stripe.dispute(charge.id)
    debit = checkout()
    stripe.pay(debit.id, "debit")
    stripe.decide(debit.id)
    sdk.checkout.sessions.expire(checkout().id)
    return {event.type: event.payload for event in stripe.take_events()}


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{each['type']} {each['id'][-1]}" for each in EXAMPLES])
def test_an_event_has_the_shape_of_its_example(emitted, example):
    event = emitted[example["type"]]

    assert event.keys() == example.keys()
    assert event["data"]["object"].keys() | OPTIONAL == example["data"]["object"].keys() | OPTIONAL
    for name, value in event["data"]["object"].items():
        other = example["data"]["object"].get(name)
        assert None in (value, other) or type(value) is type(other), name


def test_an_event_names_the_request_that_caused_it(stripe, sdk, paid):
    _, charge = paid()
    stripe.take_events()

    sdk.refunds.create({"charge": charge.id}, {"idempotency_key": "refund-77"})

    requests = {event.type: event.payload["request"] for event in stripe.take_events()}
    assert requests["refund.created"]["idempotency_key"] == "refund-77"
    assert requests["refund.created"]["id"].startswith("req_")


def test_events_are_listed_with_their_delivery(stripe, sdk, paid):
    paid()

    found = sdk.events.list({"types": ["checkout.session.completed"], "delivery_success": False})

    assert [each.type for each in found] == ["checkout.session.completed"]
    assert sdk.events.retrieve(found.data[0].id).data.object["payment_status"] == "paid"
    assert sdk.events.list({"delivery_success": True}).data == []
    stripe.advance(31 * 24 * 3600)
    assert sdk.events.list().data == []
