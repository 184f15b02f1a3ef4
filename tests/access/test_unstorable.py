"""Values that no store can hold, in every text and number of every operation: rejected with the field's name, never a 500."""

import json
from copy import deepcopy
from urllib.parse import quote

import pytest

from tests.access.table import rows

ROWS = [row for row in rows() if not row.query]
TEXTS = ("\x00", "\ud800", "a\udfffb")
NUMBERS = (10**40, -(10**40), 1e300)
# Well-formed times that are out of range for some column or calendar.
TIMES = ("2026-03-01T12:00:00-16:30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
# Percent-encoded: NUL, a surrogate, a number too large for any column.
QUERIES = ("%00", "%ED%A0%80", "9" * 40, *map(quote, TIMES))
HEADERS = ("\x00", "\xff", '"', "9" * 5000)
FORM = "POST /auth/token"
# The fields without which a webhook is no event: all else is stored as it came. Their signatures' headers are the keys of `signers`.
WEBHOOKS = {
    "POST /webhooks/mux": ("Mux-Signature", {"id", "type"}),
    "POST /webhooks/stripe": ("Stripe-Signature", {"id", "object", "type", "created"}),
}


@pytest.fixture
def arguments(row, prepare, snapshot):
    """Return the request of an administrator, who is allowed everything."""
    yield prepare(row, "admin", "own")
    snapshot.restore()


def scalars(body):
    """Yield the container and the key or index of every text and number of a body."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield body, key
        yield from scalars(value)


def mutations(body, texts=TEXTS, numbers=NUMBERS):
    """Yield the body with each invalid value in each place, and the name of the field that contains it."""
    for number, (container, key) in enumerate(scalars(body)):
        for value in texts if isinstance(container[key], str) else numbers:
            copy = deepcopy(body)
            changed, key = list(scalars(copy))[number]
            changed[key] = value
            yield next(name for name in body if body[name] != copy[name]), copy


def is_rejected(response, field):
    return response.status_code == 422 and field in response.json["errors"].get(
        "json", response.json["errors"].get("form")
    )


@pytest.mark.parametrize("row", [row for row in ROWS if row.operation not in WEBHOOKS], ids=str)
def test_unstorable_values_in_a_body_are_rejected_with_the_field_name(row, arguments, send):
    if isinstance(form := arguments.get("data", b"{}"), dict):
        # A form can encode NUL only.
        changed = list(mutations(form, texts=["\x00"]))
    else:
        changed = [(field, json.dumps(each)) for field, each in mutations(json.loads(form))]

    responses = [(field, each, send(arguments, data=each)) for field, each in changed]

    accepted = [(each, response.text) for field, each, response in responses if not is_rejected(response, field)]
    assert accepted == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.operation not in {*WEBHOOKS, FORM}], ids=str)
def test_out_of_range_times_in_a_body_are_not_a_500(row, arguments, send):
    body = json.loads(arguments.get("data", b"{}"))

    responses = [(each, send(arguments, data=json.dumps(each)).status_code) for _, each in mutations(body, TIMES, [])]

    assert [(each, status) for each, status in responses if status >= 500] == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_unstorable_values_in_a_query_are_not_a_500(row, arguments, send, operations_by_name):
    queries = [
        f"{name}={value}" for name in operations_by_name[row.operation].parameter_names("query") for value in QUERIES
    ]

    statuses = {query: send(arguments, query_string=query).status_code for query in queries}

    assert {query: status for query, status in statuses.items() if status >= 500} == {}
    assert {status for query, status in statuses.items() if "%00" in query} <= {422}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_unstorable_values_in_a_header_are_not_a_500(row, arguments, send, operations_by_name):
    headers = [
        {name: value}
        for name in [*operations_by_name[row.operation].parameter_names("header"), "X-Request-ID"]
        for value in HEADERS
    ]

    responses = [(each, send(arguments, headers=arguments["headers"] | each).status_code) for each in headers]

    assert [(header, status) for header, status in responses if status >= 500] == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.operation in WEBHOOKS], ids=str)
def test_unstorable_values_in_a_signed_webhook_are_accepted_except_in_what_names_it(row, arguments, send, signers):
    header, required = WEBHOOKS[row.operation]
    for field, event in mutations(json.loads(arguments["data"])):
        raw = json.dumps(event).encode()

        status = send(arguments, data=raw, headers=signers[header](raw)).status_code

        assert status == (400 if field in required else 200), event
