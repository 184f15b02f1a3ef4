"""GET /admin/revenue and its CSV."""

from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.stores.sql import db
from tests.money import COURSE_ID, make_order, pay, refund
from tests.problems import invalid_fields
from tests.tables import rows

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
MARCH = "mode=test&from=2026-03-01&to=2026-03-31"


@pytest.fixture
def sales(app):
    """A course sold for 119 euros, of which half went back, for 500 yen, and for 1.230 dinars."""
    payment = pay(make_order(10000, tax=1900), paid_at=NOON)
    refund(payment, 5950, refunded_at=NOON + timedelta(days=1))
    pay(make_order(500, "jpy"), paid_at=NOON)
    pay(make_order(1230, "kwd", discount=230), paid_at=NOON)
    db.session.commit()


@pytest.fixture
def read(client, admin):
    """Request revenue; return the answer."""
    return lambda query: client.get(f"/admin/revenue?{query}", auth=admin)


def test_revenue_by_day(read, sales):
    found = read(f"{MARCH}&tz=Europe/Berlin").json

    assert {key: found[key] for key in ("by", "mode", "tz", "from", "to")} == {
        "by": "day", "mode": "test", "tz": "Europe/Berlin", "from": "2026-03-01", "to": "2026-03-31"
    }  # fmt: skip
    assert [(row["day"], row["currency"], row["net"]) for row in found["rows"]] == [
        ("2026-03-28", "eur", 10000),
        ("2026-03-28", "jpy", 500),
        ("2026-03-28", "kwd", 1000),
        ("2026-03-29", "eur", -5000),
    ]


def test_revenue_by_currency(read, sales):
    assert read(f"{MARCH}&by=currency").json["rows"][0] == dict.fromkeys(("day", "course_id", "course_title")) | {
        "currency": "eur", "decimals": 2, "gross": 11900, "discounts": 0, "refunds": 5950, "disputes": 0, "tax": 950, "net": 5000
    }  # fmt: skip


def test_revenue_by_course(read, sales):
    found = read(f"{MARCH}&by=course").json["rows"]

    assert {(row["course_id"], row["course_title"]) for row in found} == {(COURSE_ID, "Astronomy")}
    assert [row["currency"] for row in found] == ["eur", "jpy", "kwd"]


def test_by_default_the_last_thirty_days_of_one_mode(read):
    pay(make_order(100), paid_at=now() - timedelta(days=31))
    pay(make_order(200), paid_at=now())
    pay(make_order(400, livemode=True), paid_at=now())
    db.session.commit()

    found = read("").json

    assert [row["gross"] for row in found["rows"]] == {"test": [200], "live": [400]}[found["mode"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("by=week", "by"),
        ("mode=both", "mode"),
        ("mode=", "mode"),
        ("tz=Mars/Olympus", "tz"),
        ("from=2026-02-30", "from"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=2025-01-01&to=2026-01-02", "from"),
        ("currency=eur", "currency"),
        ("from=1999-12-31", "from"),
    ],
)
def test_what_is_not_understood_is_named(read, query, field):
    assert set(invalid_fields(read(query), "query")) == {field}


@pytest.mark.parametrize(("first", "last"), [("2000-01-01", "2000-01-01"), ("2999-01-01", "2999-12-31")])
@pytest.mark.parametrize("tz", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_the_ends_of_time_are_days_as_well(read, first, last, tz):
    assert read(f"mode=test&from={first}&to={last}&tz={tz}").json["rows"] == []


def test_the_csv_has_amounts_in_units_of_the_currency(client, admin, sales):
    response = client.get(f"/admin/revenue.csv?{MARCH}&by=currency", auth=admin)

    assert "revenue-currency-test.csv" in response.headers["Content-Disposition"]
    assert rows(response) == [
        dict(zip(("currency", "gross", "discounts", "refunds", "disputes", "tax", "net"), cells, strict=True))
        for cells in (
            ("EUR", "119.00", "0.00", "59.50", "0.00", "9.50", "50.00"),
            ("JPY", "500", "0", "0", "0", "0", "500"),
            ("KWD", "1.230", "0.230", "0.000", "0.000", "0.000", "1.000"),
        )
    ]


@pytest.mark.parametrize(("by", "keys"), [("day", ["day"]), ("course", ["course_id", "course_title"])])
def test_the_csv_says_what_each_row_is_of(client, admin, sales, by, keys):
    found = rows(client.get(f"/admin/revenue.csv?{MARCH}&by={by}", auth=admin))

    assert list(found[0])[: len(keys) + 1] == [*keys, "currency"]


def test_a_title_begins_no_formula(client, admin):
    pay(make_order(course_title="=1+1"), paid_at=NOON)
    db.session.commit()

    [row] = rows(client.get(f"/admin/revenue.csv?{MARCH}&by=course", auth=admin))

    assert row["course_title"] == "'=1+1"


def test_only_administrators_see_it(client, owner, sales):
    assert client.get(f"/admin/revenue?{MARCH}", auth=owner).status_code == 403
