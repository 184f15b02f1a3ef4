"""Requests as Stripe takes them: keys, versions, forms, idempotency, faults."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import stripe as sdk_errors

FORM = {"mode": "payment", "success_url": "https://school.example/done"}


@pytest.fixture
def post(stripe):
    """Return a function that posts a form as it is."""

    def post(form, key=None, **headers):
        key = key or stripe.environment()["STRIPE_SECRET_KEY"]
        headers = {"Authorization": f"Bearer {key}", "Stripe-Version": "2026-10-28.endive", **headers}
        url = f"{stripe.url}/v1/checkout/sessions"
        return requests.post(url, data=form, headers=headers, timeout=10)

    return post


def test_another_key_is_refused(stripe, connect):
    with pytest.raises(sdk_errors.AuthenticationError):
        connect(stripe, key="sk_test_other").checkout.sessions.list()


def test_a_version_is_required(post):
    assert post(FORM, **{"Stripe-Version": ""}).status_code == 400


@pytest.mark.parametrize(
    "form",
    [
        {"line_items[1][quantity]": "1"},
        {"line_items[x][quantity]": "1"},
        {"line_items[": "1"},
        {"line_items": "1"},
        {"mode[x]": "payment"},
        [("mode", "payment"), ("mode", "payment")],
    ],
)
def test_forms_are_parsed_strictly(post, form):
    assert post(form).status_code == 400


def test_a_body_in_json_is_refused(post):
    assert post('{"mode": "payment"}', **{"Content-Type": "application/json"}).status_code == 400


def test_a_repeated_request_is_answered_as_the_first_was(checkout):
    first, again = (checkout(options={"idempotency_key": "checkout-5-1"}) for _ in range(2))

    assert first.id == again.id


def test_a_key_belongs_to_its_parameters(checkout):
    checkout(options={"idempotency_key": "checkout-5-1"})

    with pytest.raises(sdk_errors.IdempotencyError):
        checkout(5900, options={"idempotency_key": "checkout-5-1"})


def test_a_refused_request_keeps_no_key(checkout):
    with pytest.raises(sdk_errors.InvalidRequestError):
        checkout(49, "usd", options={"idempotency_key": "checkout-5-1"}, mode="subscription")

    assert checkout(options={"idempotency_key": "checkout-5-1"}).id


def test_a_key_is_forgotten_after_a_day(stripe, checkout):
    first = checkout(options={"idempotency_key": "checkout-5-1"})
    stripe.advance(24 * 3600 + 1)

    assert (
        checkout(options={"idempotency_key": "checkout-5-1"}, expires_at=int(stripe.context.now()) + 3600).id
        != first.id
    )


def test_requests_at_once_with_one_key_have_one_effect(sdk, checkout):
    def ask(_):
        try:
            return checkout(options={"idempotency_key": "checkout-5-1"}).id
        except sdk_errors.APIError as error:
            return error.json_body["error"]["code"]

    with ThreadPoolExecutor(8) as pool:
        answers = {*pool.map(ask, range(8))}

    assert len(answers - {"idempotency_key_in_use"}) == 1
    assert len(sdk.checkout.sessions.list().data) == 1


@pytest.mark.parametrize("kind", ["status", "cut", "empty"])
def test_an_answer_can_be_lost_after_the_work_was_done(stripe, connect, checkout, sdk, kind):
    stripe.misbehave(api={"kind": kind, "carried_out": True, "method": "POST"})

    if kind == "empty":
        assert getattr(checkout(options={"idempotency_key": "checkout-5-1"}), "id", None) is None
    else:
        with pytest.raises((sdk_errors.APIError, sdk_errors.APIConnectionError)):
            checkout(options={"idempotency_key": "checkout-5-1"})

    again = checkout(options={"idempotency_key": "checkout-5-1"})
    assert [each.id for each in sdk.checkout.sessions.list()] == [again.id]


def test_a_server_that_fails_does_nothing(stripe, checkout, sdk):
    stripe.misbehave(api={"kind": "status", "status": 503})

    with pytest.raises(sdk_errors.APIError):
        checkout()

    assert sdk.checkout.sessions.list().data == []
