import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from learnstream.extensions import celery
from learnstream.integrations import payments
from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.models import PaymentEventState, ReceivedPaymentEvent
from learnstream.services.commerce import event_queue
from learnstream.services.foundation import tasks
from learnstream.stores.sql import db
from tests.server import Server

EXAMPLES = [
    each["payload"] for each in json.loads((Path(__file__).parents[3] / "data" / "stripe_events.json").read_text())
]
ABOUT_NOTHING = {**EXAMPLES[0], "id": "evt_1", "type": "product.created", "data": {"object": {"id": "prod_1"}}}
BODY = json.dumps(ABOUT_NOTHING).encode()


@pytest.fixture
def post(client, stripe):
    """Post any body, signed unless headers are given."""

    def post(body, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post("/webhooks/stripe", data=raw, headers=stripe.sign(raw) | headers)

    return post


def stored():
    db.session.rollback()
    return db.session.scalars(select(ReceivedPaymentEvent).order_by(ReceivedPaymentEvent.id)).all()


def test_an_event_is_stored_before_it_is_acknowledged(post):
    response = post(ABOUT_NOTHING)

    assert (response.status_code, response.json) == (200, {"id": "evt_1"})
    [event] = stored()
    assert (event.event_id, event.type, event.livemode, event.body) == ("evt_1", "product.created", False, BODY)
    assert (event.state, event.tries, event.last_error) == (PaymentEventState.PENDING, 0, None)
    assert int(event.vendor_created_at.timestamp()) == ABOUT_NOTHING["created"]


@pytest.mark.parametrize("payload", EXAMPLES, ids=[each["type"] for each in EXAMPLES])
def test_the_example_events_are_accepted(post, payload):
    assert post(payload).status_code == 200

    assert [(event.event_id, event.type) for event in stored()] == [(payload["id"], payload["type"])]


def test_an_event_is_stored_with_one_statement_and_without_asking_the_vendor(post, queries, stripe):
    post(ABOUT_NOTHING)
    queries.clear()
    stripe.misbehave(api={"kind": "status"})

    assert post({**ABOUT_NOTHING, "id": "evt_2"}).status_code == 200

    assert queries == ["sql"]
    assert len(stripe.context.behavior.api) == 1


def test_a_worker_is_woken(post, monkeypatch):
    sent = []
    monkeypatch.setattr(celery, "send_task", lambda name, *_, queue, **__: sent.append((name, queue)))

    post(ABOUT_NOTHING)
    tasks.publisher.join()

    assert {(event_queue.HANDLE_TASK, lane.queue) for lane in event_queue.LANES} == {*sent}


def test_a_repeated_delivery_has_the_same_response_and_no_effect(post):
    """Report 7: a duplicate hit a unique index, was answered with a 500, and was sent again for days."""
    first = post(ABOUT_NOTHING)

    again = post({**ABOUT_NOTHING, "type": "another"})

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert [event.type for event in stored()] == ["product.created"]


def test_fifty_concurrent_deliveries_are_one_event(app, stripe):
    headers = stripe.sign(BODY)

    def send(_):
        return app.test_client().post("/webhooks/stripe", data=BODY, headers=headers)

    with ThreadPoolExecutor(5) as pool:
        responses = list(pool.map(send, range(50)))

    assert {(response.status_code, response.json["id"]) for response in responses} == {(200, "evt_1")}
    assert len(stored()) == 1


def test_an_event_that_cannot_be_read_is_stored(post):
    assert post({**EXAMPLES[0], "data": {"object": [{"a.b": 10**40, "$c": None, "d": "\0\ud800"}]}}).status_code == 200

    assert len(stored()) == 1


@pytest.mark.parametrize(
    "body",
    [
        *([], "text", 7, None, {}, {"id": "e1"}, [ABOUT_NOTHING]),
        *({**ABOUT_NOTHING, "id": name} for name in (7, "", "e\0", "\ud800", "e" * 256)),
        {**ABOUT_NOTHING, "object": "v2.core.event"},
    ],
    ids=lambda body: ascii(body)[:30],
)
def test_what_is_no_event_is_a_bad_request(post, body):
    response = post(body)

    assert (response.status_code, response.json["code"], response.json["retry"]) == (
        400,
        "not_a_payment_event",
        "never",
    )
    assert stored() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"id": NaN}'], ids=lambda body: repr(body[:9]))
def test_what_is_no_json_is_a_bad_request(post, body):
    response = post(body)

    assert (response.status_code, response.json["code"]) == (400, "malformed_json")


def test_a_body_beyond_the_limit_is_rejected(app, post):
    response = post(b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1))

    assert (response.status_code, response.json["code"]) == (413, "body_too_large")


def test_the_content_type_does_not_matter(post):
    assert post(ABOUT_NOTHING, **{"Content-Type": "text/plain"}).status_code == 200


@pytest.mark.parametrize(
    "header", [None, "", "t=1", "v1=abc", f"t=1,v1={'0' * 64}", "t=1,v1=\xe9", "t=\xb2,v1=" + "0" * 64]
)
def test_report_11_an_unsigned_or_forged_event_is_rejected(client, header):
    """Report 11: signatures were not checked."""
    headers = {} if header is None else {"Stripe-Signature": header}

    response = client.post("/webhooks/stripe", data=BODY, headers=headers)

    assert (response.status_code, response.json["code"]) == (400, "payment_signature_invalid")
    assert stored() == []


def test_the_signature_is_checked_before_the_body_is_read(client):
    header = {"Stripe-Signature": f"t={int(time.time())},v1={'0' * 64}"}

    assert client.post("/webhooks/stripe", data=b"{", headers=header).json["code"] == "payment_signature_invalid"


def test_a_changed_body_is_rejected(client, stripe):
    response = client.post("/webhooks/stripe", data=BODY + b" ", headers=stripe.sign(BODY))

    assert response.json["code"] == "payment_signature_invalid"
    assert stored() == []


def test_a_replayed_event_is_rejected(client, stripe):
    old = stripe.sign(BODY, at=int(time.time()) - 302)

    response = client.post("/webhooks/stripe", data=BODY, headers=old)

    assert (response.status_code, response.json["code"]) == (400, "payment_signature_expired")
    assert stored() == []


@pytest.fixture
def configure_secrets(app, stripe, monkeypatch):
    """Return a function that gives the application other webhook secrets."""

    def configure_secrets(*secrets):
        service = StripePayments(stripe.url, stripe.environment()["STRIPE_SECRET_KEY"], [*secrets])
        monkeypatch.setitem(app.extensions, payments.EXTENSION, lambda: service)

    return configure_secrets


def test_an_older_secret_is_accepted_while_configured(client, stripe, configure_secrets):
    configure_secrets("whsec_new", "whsec_old")

    assert client.post("/webhooks/stripe", data=BODY, headers=stripe.sign(BODY, secret="whsec_old")).status_code == 200
    assert client.post("/webhooks/stripe", data=BODY, headers=stripe.sign(BODY)).status_code == 400


def test_report_11_without_a_secret_nothing_is_accepted(app, post, configure_secrets, monkeypatch):
    """Report 11: no secret was set, and everything accepted."""
    configure_secrets()
    without_secret = post(ABOUT_NOTHING)
    monkeypatch.setitem(app.extensions, payments.EXTENSION, lambda: None)
    without_key = post(ABOUT_NOTHING)

    for response in (without_secret, without_key):
        assert (response.status_code, response.json["code"]) == (503, "payments_unconfigured")
        assert response.headers["Retry-After"] == "300"
    assert stored() == []


def test_report_12_an_event_of_the_other_mode_is_rejected(post):
    """Report 12: events of the other mode were taken for real ones."""
    response = post({**ABOUT_NOTHING, "livemode": True})

    assert (response.status_code, response.json["code"]) == (400, "payment_mode_mismatch")
    assert stored() == []


def test_no_signature_is_written_to_the_log(client, stripe, caplog):
    caplog.set_level(logging.DEBUG)
    right = stripe.sign(b"{}")["Stripe-Signature"].partition("v1=")[2]

    client.post("/webhooks/stripe", data=b"{}", headers={"Stripe-Signature": f"t={int(time.time())},v1={'0' * 64}"})

    assert right not in caplog.text


def test_many_events_from_one_address_are_not_throttled(app, settings, stripe, tmp_path):
    with Server(settings | {"RATELIMIT_ENABLED": "true"}, tmp_path / "log") as server, requests.Session() as http:
        url, headers = f"{server.url}/webhooks/stripe", stripe.sign(BODY)
        responses = {http.post(url, data=BODY, headers=headers).status_code for _ in range(310)}

    assert responses == {200}
