"""What no store can hold, in every text and number of every operation: refused by the name of its field, never a failure."""

import json
from copy import deepcopy
from urllib.parse import quote

import pytest

from tests.access.table import rows

ROWS = [row for row in rows() if not row.query]
TEXTS = ("\x00", "\ud800", "a\udfffb")
NUMBERS = (10**40, -(10**40), 1e300)
# Times that are well-formed, and too much for some column or calendar.
TIMES = ("2026-03-01T12:00:00-16:30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
# Percent-encoded: NUL, a surrogate, a number that no column has room for.
QUERIES = ("%00", "%ED%A0%80", "9" * 40, *map(quote, TIMES))
HEADERS = ("\x00", "\xff", '"', "9" * 5000)
WEBHOOK, FORM = "POST /webhooks/mux", "POST /auth/token"


@pytest.fixture
def arguments(row, prepare, snapshot):
    """What the administrator, who may do everything, would send."""
    yield prepare(row, "admin", "own")
    snapshot.restore()


def leaves(body):
    """Find every text and number of a body: what holds it, and under which key or place."""
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inside:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield body, key
        yield from leaves(value)


def spoiled(body, texts=TEXTS, numbers=NUMBERS):
    """Put each odd value into each place of a body, and say in which of its fields that is."""
    for number, (holder, key) in enumerate(leaves(body)):
        for value in texts if isinstance(holder[key], str) else numbers:
            copy = deepcopy(body)
            place, key = list(leaves(copy))[number]
            place[key] = value
            yield next(name for name in body if body[name] != copy[name]), copy


def refuses(answer, field):
    return answer.status_code == 422 and field in answer.json["errors"].get("json", answer.json["errors"].get("form"))


@pytest.mark.parametrize("row", [row for row in ROWS if row.operation != WEBHOOK], ids=str)
def test_in_a_body_it_is_refused_by_name(row, arguments, send):
    if isinstance(form := arguments.get("data", b"{}"), dict):
        # Nothing but NUL can be spelled in a form.
        odd = list(spoiled(form, texts=["\x00"]))
    else:
        odd = [(field, json.dumps(each)) for field, each in spoiled(json.loads(form))]

    answers = [(field, each, send(arguments, data=each)) for field, each in odd]

    let_pass = [(each, answer.text) for field, each, answer in answers if not refuses(answer, field)]
    assert let_pass == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.operation not in {WEBHOOK, FORM}], ids=str)
def test_a_time_in_a_body_is_no_failure(row, arguments, send):
    body = json.loads(arguments.get("data", b"{}"))

    answers = [(each, send(arguments, data=json.dumps(each)).status_code) for _, each in spoiled(body, TIMES, [])]

    assert [(each, status) for each, status in answers if status >= 500] == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_in_a_query_it_is_no_failure(row, arguments, send, described):
    queries = [f"{name}={odd}" for name in described[row.operation].named("query") for odd in QUERIES]

    statuses = {query: send(arguments, query_string=query).status_code for query in queries}

    assert {query: status for query, status in statuses.items() if status >= 500} == {}
    assert {status for query, status in statuses.items() if "%00" in query} <= {422}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_in_a_header_it_is_no_failure(row, arguments, send, described):
    headers = [{name: odd} for name in [*described[row.operation].named("header"), "X-Request-ID"] for odd in HEADERS]

    answers = [(each, send(arguments, headers=arguments["headers"] | each).status_code) for each in headers]

    assert [(header, status) for header, status in answers if status >= 500] == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.operation == WEBHOOK], ids=str)
def test_in_a_signed_event_it_is_kept_as_it_came_unless_it_is_its_name(row, arguments, send, mux_emulator):
    for field, event in spoiled(json.loads(arguments["data"])):
        raw = json.dumps(event).encode()

        status = send(arguments, data=raw, headers=mux_emulator.sign(raw)).status_code

        assert status == (400 if field in {"id", "type"} else 200), event
