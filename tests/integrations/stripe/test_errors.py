"""What the adapter makes of every answer that is not the expected one, and how often and how long it asks."""

import json
import socket
import time
import warnings
from contextlib import contextmanager

import pytest
from flask import Flask

from learnstream.errors.payment_service import (
    AmountRefused,
    Busy,
    KeyReused,
    PaymentServiceError,
    Refused,
    Unknown,
    Unreachable,
)
from learnstream.integrations import payments as port
from learnstream.integrations.payments import CheckoutStatus
from learnstream.integrations.stripe import http_client
from learnstream.integrations.stripe.adapter import StripePayments
from tests.integrations.stripe.conftest import EXAMPLES
from tests.integrations.stripe.scripted import Scripted

SESSION = {**EXAMPLES[1]["data"]["object"], "id": "cs_1"}
JSON = {"Content-Type": "application/json", "Request-Id": "req_1"}


def answer(status, body, **headers):
    return status, body if isinstance(body, bytes) else json.dumps(body).encode(), JSON | headers


def error(status, kind="invalid_request_error", **details):
    return answer(status, {"error": {"type": kind, "message": "It says why.", **details}})


def of(server):
    return StripePayments(server.url, "sk_test_12345678", [])


@contextmanager
def failing(*responses, kind=PaymentServiceError):
    """Yield a service that gets these responses, and the error of the call within; the server's requests are its last value."""
    with Scripted(*responses) as server, pytest.raises(kind) as caught:
        yield of(server), server, caught


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(http_client.HTTPClient, "INITIAL_DELAY", 0.01)


TABLE = [
    (error(400, param="line_items", code="parameter_invalid"), Refused, True),
    (error(400, code="amount_too_small", param="amount"), AmountRefused, True),
    (error(400, code="amount_too_large", param="amount"), AmountRefused, True),
    (error(400, "idempotency_error"), KeyReused, True),
    (error(400, code="rate_limit"), Busy, False),
    (error(401), PaymentServiceError, False),
    (error(402, "card_error", code="card_declined"), Refused, True),
    (error(403), PaymentServiceError, False),
    (error(404, code="resource_missing", param="id"), Unknown, True),
    (error(429), Busy, False),
]


@pytest.mark.parametrize(("response", "kind", "permanent"), TABLE, ids=lambda value: str(value)[:60])
def test_what_stripe_refuses_is_asked_once_and_had_no_effect(checkout_request, response, kind, permanent):
    with failing(response, kind=kind) as (service, server, caught):
        service.open_checkout(checkout_request())

    assert (caught.type, caught.value.permanent, caught.value.outcome_unknown) == (kind, permanent, False)
    assert len(server.requests) == 1


def test_a_refusal_says_which_field_and_why(checkout_request):
    with failing(error(400, param="line_items[0]", code="parameter_invalid"), kind=Refused) as (service, _, caught):
        service.open_checkout(checkout_request())

    assert (caught.value.field, caught.value.why) == ("line_items[0]", "parameter_invalid")
    assert "It says why." in str(caught.value)
    assert "It says why." not in json.dumps(caught.value.body_members())


@pytest.mark.parametrize("status", [409, 500, 502, 503, 504])
def test_what_may_have_happened_is_asked_for_twice_with_the_same_key(checkout_request, status):
    with failing(error(status, "api_error"), kind=Unreachable) as (service, server, caught):
        service.open_checkout(checkout_request())

    assert caught.value.outcome_unknown is True
    assert [request[2]["idempotency-key"] for request in server.requests] == ["checkout-7-1"] * 2
    assert server.requests[0][3] == server.requests[1][3]


@pytest.mark.parametrize("code", ["idempotency_key_in_use", "lock_timeout"])
def test_a_request_that_is_running_is_busy(checkout_request, code):
    with failing(error(409, "idempotency_error", code=code), kind=Busy) as (service, server, _):
        service.open_checkout(checkout_request())

    assert len(server.requests) == 2


def test_the_second_answer_counts():
    with Scripted(error(500), answer(200, SESSION)) as server:
        assert of(server).find_checkout("cs_1").id == "cs_1"

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "said", "count"), [(500, "false", 1), (503, "false", 1), (400, "true", 2), (429, "true", 2)]
)
def test_stripe_may_say_whether_to_ask_again(status, said, count):
    status, body, headers = error(status)
    with failing((status, body, headers | {"Stripe-Should-Retry": said})) as (service, server, _):
        service.find_checkout("cs_1")

    assert len(server.requests) == count


UNUSABLE = [
    *(answer(200, body) for body in ({}, None, [], "text", 7, True, [SESSION], {"id": "cs_1"}, {"object": "charge"})),
    *(answer(200, body) for body in (b"", b"{", b"\xff", b"<html>Hello</html>", b"[" * 100_000, b"null")),
    answer(200, {**SESSION, "mode": "subscription"}),
    answer(200, {**SESSION, "amount_total": None}),
    *(answer(status, {}, Location="/elsewhere") for status in (301, 302, 303, 307, 308)),
    answer(204, b""),
    *(answer(400, body) for body in ({}, [], {"error": None}, {"error": []}, {"error": "text"}, b"<html>")),
    answer(418, b"teapot"),
    answer(200, SESSION, **{"Content-Encoding": "gzip"}),
]


@pytest.mark.parametrize("response", UNUSABLE, ids=lambda value: str(value)[:60])
def test_an_unusable_answer_is_no_success(checkout_request, response):
    with failing(response, kind=Unreachable) as (service, server, caught):
        service.open_checkout(checkout_request())

    assert caught.value.outcome_unknown is True
    assert {(method, path) for method, path, *_ in server.requests} == {("POST", "/v1/checkout/sessions")}


@pytest.mark.parametrize("response", UNUSABLE, ids=lambda value: str(value)[:60])
def test_reading_has_no_unknown_outcome(response):
    with failing(response, kind=Unreachable) as (service, _, caught):
        service.find_checkout("cs_1")

    assert caught.value.outcome_unknown is False


def test_another_object_than_the_one_asked_for_is_no_answer():
    with failing(answer(200, {**SESSION, "id": "cs_2"}), kind=Unreachable) as (service, *_):
        service.find_checkout("cs_1")


@pytest.mark.parametrize("page", [{}, {"object": "list"}, {"object": "list", "data": None, "has_more": False}, SESSION])
def test_what_is_no_list_is_no_answer(page):
    with failing(answer(200, page), kind=Unreachable) as (service, *_):
        service.list_refunds_of_payment("pi_1")


def test_new_words_and_fields_pass():
    changed = {**SESSION, "status": "of_tomorrow", "payment_status": "of_tomorrow", "new": {"a": [None]}}
    with Scripted(answer(200, changed)) as server:
        found = of(server).find_checkout("cs_1")

    assert (found.status, found.payment_status) == ("unknown", "unknown")


def test_a_notice_to_developers_is_logged_and_is_no_warning(caplog):
    with Scripted(answer(200, SESSION, **{"Stripe-Notice": "Please upgrade"})) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        assert of(server).find_checkout("cs_1").status is CheckoutStatus.COMPLETE

    assert "Please upgrade" in caplog.text


def test_a_request_names_our_version_and_our_key_and_no_telemetry(checkout_request):
    with Scripted(answer(200, {**SESSION, "status": "open"})) as server:
        service = of(server)
        service.open_checkout(checkout_request())
        service.open_checkout(checkout_request())

    (method, path, headers, body), (*_, later, _) = server.requests
    assert (method, path) == ("POST", "/v1/checkout/sessions")
    assert headers["stripe-version"] == "2026-10-28.endive"
    assert headers["authorization"] == "Bearer sk_test_12345678"
    assert headers["idempotency-key"] == "checkout-7-1"
    assert "x-stripe-client-telemetry" not in later
    assert "telemetry_id" not in headers["x-stripe-client-user-agent"]
    assert "line_items[0][price_data][unit_amount]=4900" in body


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_proxies_of_the_environment_are_not_used(monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Scripted(answer(200, SESSION)) as server:
        assert of(server).find_checkout("cs_1").id == "cs_1"


def test_a_server_that_refuses_connections_is_unreachable_at_once(checkout_request):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        service = StripePayments(f"http://127.0.0.1:{unused.getsockname()[1]}", "sk_test_12345678", [])

        began = time.monotonic()
        with pytest.raises(Unreachable):
            service.open_checkout(checkout_request())

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["cut", "closed"])
def test_a_response_that_is_cut_after_the_work_is_repeated_and_there_is_one_page(
    stripe, payments, checkout_request, kind
):
    stripe.misbehave(api={"kind": kind, "method": "POST"})

    checkout = payments.open_checkout(checkout_request())

    assert [each["id"] for each in stripe.context.store.find("checkout_session")] == [checkout.id]


@pytest.mark.parametrize("kind", ["empty", "null", "blank"])
def test_after_an_empty_answer_the_same_request_finds_the_page(stripe, payments, checkout_request, kind):
    stripe.misbehave(api={"kind": kind, "method": "POST"})
    request = checkout_request()
    with pytest.raises(Unreachable) as failed:
        payments.open_checkout(request)
    assert failed.value.outcome_unknown is True

    checkout = payments.open_checkout(request)

    assert [each["id"] for each in stripe.context.store.find("checkout_session")] == [checkout.id]


@pytest.mark.parametrize("kind", ["cut", "closed", "empty"])
def test_a_refund_whose_answer_was_lost_is_one_refund(stripe, payments, paid, refund_request, kind):
    request = refund_request(paid())
    stripe.misbehave(api={"kind": kind, "method": "POST"})
    try:
        refund = payments.refund(request)
    except Unreachable:
        refund = payments.refund(request)

    assert [each["id"] for each in stripe.context.store.find("refund")] == [refund.id]
    assert stripe.context.store.find("charge")[0]["amount_refunded"] == 100


@pytest.fixture
def short_limits(monkeypatch):
    monkeypatch.setattr(port, "CALL_LIMIT", 1.0)
    monkeypatch.setattr("learnstream.integrations.stripe.client.CALL_LIMIT", 1.0)
    monkeypatch.setattr(http_client, "READ", 0.4)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "hang", "times": 9},
        {"kind": "slow", "seconds": 9, "times": 9},
        {"kind": "trickle", "seconds": 0.2, "times": 9},
    ],
)
def test_a_frozen_or_slow_server_takes_a_limited_time(stripe, payments, checkout_request, short_limits, fault):
    stripe.misbehave(api=fault)

    began = time.monotonic()
    with pytest.raises(Unreachable) as failed:
        payments.open_checkout(checkout_request())

    assert time.monotonic() - began < 1.6
    assert failed.value.outcome_unknown is True


def test_several_calls_can_share_a_limit(stripe, payments, short_limits):
    stripe.misbehave(api={"kind": "hang", "times": 9})

    began = time.monotonic()
    with port.within(0.5):
        for _ in range(3):
            with pytest.raises(Unreachable):
                payments.find_checkout("cs_1")

    assert time.monotonic() - began < 1.2


def test_all_calls_of_a_request_share_a_limit(stripe, payments, short_limits):
    stripe.misbehave(api={"kind": "hang", "times": 9})

    began = time.monotonic()
    with Flask(__name__).test_request_context():
        for _ in range(5):
            with pytest.raises(Unreachable):
                payments.find_checkout("cs_1")

    assert time.monotonic() - began < 1.6


def test_the_limits_of_a_call_allow_for_two_attempts_in_twelve_seconds():
    assert port.CALL_LIMIT == 12
    assert 2 * http_client.READ + http_client.HTTPClient.MAX_DELAY / 10 + http_client.CONNECT <= port.CALL_LIMIT


def test_a_response_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(http_client, "LONGEST", 1000)
    with failing(answer(200, b"x" * 2000), kind=Unreachable) as (service, server, _):
        service.find_checkout("cs_1")

    assert len(server.requests) == 1


def test_the_log_does_not_name_the_buyer(caplog):
    refusal = error(400, param="customer_email", message="Invalid email address: o.hara@example.com")

    with failing(refusal, kind=Refused) as (service, _, caught):
        service.find_refund("re_1")

    assert str(caught.value).endswith("Invalid email address: <address>")
    assert "example.com" not in caplog.text
