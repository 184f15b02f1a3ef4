import json

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, PaymentEventState, ReceivedPaymentEvent
from learnstream.services.commerce import event_work
from learnstream.stores.sql import db

PAYLOAD = {"id": "evt_1", "object": "event", "type": "charge.refunded", "data": {"object": {"id": "ch_ü"}}}


def make_event(event_id="evt_1", state=PaymentEventState.PARKED, **columns):
    fields = {"type": "charge.refunded", "livemode": False, "vendor_created_at": now(), "tries": 40, **columns}
    body = json.dumps(PAYLOAD | {"id": event_id}).encode()
    event = ReceivedPaymentEvent(event_id=event_id, state=state, body=body, last_error="KeyError: 'x'", **fields)
    db.session.add(event)
    db.session.commit()
    return event


def stored(event_id="evt_1"):
    db.session.rollback()
    return db.session.scalars(select(ReceivedPaymentEvent).filter_by(event_id=event_id)).one()


def test_events_are_listed_newest_first_in_parts(client, admin):
    for number in range(5):
        make_event(f"evt_{number}")

    first = client.get("/admin/payment-events?limit=2", auth=admin)
    cursor = first.headers["X-Next-Cursor"]
    second = client.get(f"/admin/payment-events?limit=2&cursor={cursor}", auth=admin)

    assert [event["id"] for event in first.json + second.json] == ["evt_4", "evt_3", "evt_2", "evt_1"]


def test_a_listed_event_has_no_payload(client, admin):
    event = make_event(order_id=7)

    [listed] = client.get("/admin/payment-events", auth=admin).json

    assert listed == {
        "id": "evt_1",
        "type": "charge.refunded",
        "livemode": False,
        "order_id": 7,
        "state": "parked",
        "tries": 40,
        "last_error": "KeyError: 'x'",
        "next_try_at": event.next_try_at.isoformat(),
        "occurred_at": event.vendor_created_at.isoformat(),
        "received_at": event.received_at.isoformat(),
        "done_at": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=done", ["evt_2"]),
        ("type=refund.failed", ["evt_3"]),
        ("order_id=7", ["evt_2", "evt_1"]),
        ("order_id=7&state=parked", ["evt_1"]),
        ("state=skipped", []),
        ("type=%00", []),
    ],
)
def test_events_are_filtered(client, admin, query, found):
    make_event("evt_1", order_id=7)
    make_event("evt_2", PaymentEventState.DONE, order_id=7)
    make_event("evt_3", type="refund.failed")

    response = client.get(f"/admin/payment-events?{query}", auth=admin)

    if "%00" in query:
        assert response.status_code == 422
    else:
        assert [event["id"] for event in response.json] == found


@pytest.mark.parametrize(
    "query", ["state=lost", "order_id=x", "order_id=0", "order_id=99999999999999999999", "limit=0", "x=1"]
)
def test_a_wrong_query_is_told(client, admin, query):
    assert client.get(f"/admin/payment-events?{query}", auth=admin).status_code == 422


def test_an_event_is_shown_with_its_payload(client, admin):
    make_event()

    assert client.get("/admin/payment-events/evt_1", auth=admin).json["payload"] == PAYLOAD
    assert client.get("/admin/payment-events/evt_2", auth=admin).status_code == 404


def test_any_payload_can_be_shown(client, admin):
    strange = {"object": {"a": "\ud800\0", "b": 10**40, "c": [1.5, None, True], "$d.e": "\u2028"}}
    make_event()
    stored().body = json.dumps({**PAYLOAD, "data": strange}).encode()
    db.session.commit()

    assert client.get("/admin/payment-events/evt_1", auth=admin).json["payload"]["data"] == strange


@pytest.mark.parametrize("state", [*PaymentEventState])
def test_an_event_of_any_state_is_replayed(client, admin, state):
    make_event(state=state, done_at=now())

    response = client.post("/admin/payment-events/evt_1/replay", auth=admin)

    assert (response.status_code, response.json["state"], response.json["tries"]) == (202, "pending", 0)
    assert (stored().state, stored().done_at) == (PaymentEventState.PENDING, None)
    assert stored().next_try_at <= now()


def test_a_replayed_event_is_handled(client, admin):
    make_event(type="product.created")
    stored().body = json.dumps(
        {**PAYLOAD, "type": "product.created", "created": 1795000000, "livemode": False}
    ).encode()
    db.session.commit()

    client.post("/admin/payment-events/evt_1/replay", auth=admin)

    assert event_work.handle_due() == 1
    assert stored().state is PaymentEventState.IGNORED


def test_a_parked_event_is_skipped_and_can_be_replayed_after_all(client, admin):
    make_event()

    skipped = client.post("/admin/payment-events/evt_1/skip", auth=admin)

    assert (skipped.status_code, skipped.json["state"]) == (200, "skipped")
    assert skipped.json["done_at"]
    assert event_work.handle_due() == 0
    assert client.post("/admin/payment-events/evt_1/replay", auth=admin).json["state"] == "pending"


@pytest.mark.parametrize("state", [each for each in PaymentEventState if each is not PaymentEventState.PARKED])
def test_only_what_was_given_up_is_skipped(client, admin, state):
    make_event(state=state)

    response = client.post("/admin/payment-events/evt_1/skip", auth=admin)

    assert (response.status_code, response.json["code"]) == (409, "not_parked")
    assert stored().state is state


@pytest.mark.parametrize("action", ["replay", "skip"])
def test_what_an_administrator_does_is_in_the_audit_log(client, admin, action):
    event = make_event()

    client.post(f"/admin/payment-events/evt_1/{action}", auth=admin)

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.action == f"payment_event.{'replayed' if action == 'replay' else 'skipped'}"
    assert (entry.target_kind, entry.target_id) == ("payment_event", str(event.id))


@pytest.mark.parametrize("action", ["replay", "skip"])
def test_an_event_that_does_not_exist_is_told(client, admin, action):
    assert client.post(f"/admin/payment-events/evt_none/{action}", auth=admin).status_code == 404
