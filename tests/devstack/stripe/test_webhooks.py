import json
from pathlib import Path

import pytest
import stripe as sdk_errors

from devstack.emulation.signatures import sign

DATA = json.loads((Path(__file__).parents[2] / "data" / "stripe_signatures.json").read_text())
VALID = next(each for each in DATA["vectors"] if each["name"] == "valid")


def test_signatures_match_the_vector():
    assert sign(VALID["secrets"][0], DATA["payload"].encode(), at=DATA["timestamp"]) == VALID["header"]


def test_the_sdk_accepts_what_is_posted(posting_stripe, receiver, connect):
    connect(posting_stripe).coupons.create({"duration": "once", "percent_off": 10})

    [delivery] = receiver.wait_for(1)

    secret = posting_stripe.environment()["STRIPE_WEBHOOK_SECRETS"]
    event = sdk_errors.Webhook.construct_event(delivery["raw"], delivery["signature"], secret)
    assert event.type == "coupon.created"


@pytest.mark.parametrize("fault", [{"secret": "whsec_other"}, {"age": 301}])
def test_the_sdk_refuses_what_is_wrongly_signed(posting_stripe, receiver, connect, fault):
    posting_stripe.misbehave(**fault)
    connect(posting_stripe).coupons.create({"duration": "once", "percent_off": 10})
    [delivery] = receiver.wait_for(1)

    with pytest.raises(sdk_errors.SignatureVerificationError):
        sdk_errors.Webhook.construct_event(
            delivery["raw"], delivery["signature"], posting_stripe.environment()["STRIPE_WEBHOOK_SECRETS"]
        )


def test_events_come_twice_and_in_another_order(posting_stripe, receiver, connect):
    posting_stripe.misbehave(reorder=2, duplicate=1)
    sdk = connect(posting_stripe)
    for name in ("A", "B"):
        sdk.coupons.create({"id": name, "duration": "once", "percent_off": 10})

    names = [each["data"]["object"]["id"] for each in receiver.wait_for(4)]

    assert names[0] == "B"
    assert sorted(names) == ["A", "A", "B", "B"]


def test_an_event_can_come_before_the_answer(posting_stripe, receiver, connect):
    posting_stripe.misbehave(api={"kind": "hang", "seconds": 1, "carried_out": True, "method": "POST"})
    with pytest.raises(sdk_errors.APIError):
        connect(posting_stripe).coupons.create({"duration": "once", "percent_off": 10})

    assert receiver.types(1) == ["coupon.created"]
