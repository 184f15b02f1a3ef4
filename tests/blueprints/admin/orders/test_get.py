"""The administrators' list of orders, its export, and a single order."""

import csv
import io
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.models import Coupon, OrderState
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.money import dispute, make_order, pay, refund

OTHER_COURSE = "a" * 24


@pytest.fixture
def sam(app):
    return make_person(name="Sam")


@pytest.fixture
def orders(sam):
    """Four orders, the oldest first: two of Sam's, one of which is in yen."""
    coupon = Coupon(code="STARS", code_key="stars", percent=20, created_by=1)
    db.session.add(coupon)
    db.session.flush()
    made = [
        make_order(buyer=sam, created_at=now() - timedelta(days=3)),
        make_order(500, "jpy", buyer=sam, course_id=OTHER_COURSE, state=OrderState.EXPIRED, paid_at=None),
        make_order(buyer=make_person(name="Zoe"), discount=980, coupon_id=coupon.id),
        make_order(buyer=make_person(name="Ana"), course_title='=cmd|"x"'),
    ]
    db.session.commit()
    return made


def ids(response):
    assert response.status_code == 200, response.json
    return [each["id"] for each in response.json]


def chosen(orders, *places):
    return [orders[place].id for place in places]


def listed(client, admin, query=""):
    return ids(client.get(f"/admin/orders?{query}", auth=admin))


def test_orders_are_listed_newest_first_and_walked_through(client, admin, orders):
    first = client.get("/admin/orders?limit=3", auth=admin)
    second = client.get(f"/admin/orders?limit=3&cursor={first.headers['X-Next-Cursor']}", auth=admin)

    assert ids(first) + ids(second) == chosen(orders, 3, 2, 1, 0)
    assert "X-Next-Cursor" not in second.headers


def test_an_entry_says_who_bought_what(client, admin, orders):
    [entry] = client.get("/admin/orders?q=zoe", auth=admin).json

    wanted = {"name": "Zoe", "coupon": "STARS", "subtotal": 4900, "discount": 980, "total": 3920, "refunded": 0}
    assert {name: entry[name] for name in wanted} == wanted


def test_the_filters(client, admin, orders, sam):
    coupon_id = orders[2].coupon_id
    since = (now() - timedelta(days=1)).isoformat().replace("+", "%2B")

    assert listed(client, admin, "state=expired") == chosen(orders, 1)
    assert listed(client, admin, f"course_id={OTHER_COURSE}") == chosen(orders, 1)
    assert listed(client, admin, f"user_id={sam.id}") == chosen(orders, 1, 0)
    assert listed(client, admin, f"user_id={sam.id}&state=paid") == chosen(orders, 0)
    assert listed(client, admin, f"coupon_id={coupon_id}") == chosen(orders, 2)
    assert listed(client, admin, f"from={since}") == chosen(orders, 3, 2, 1)
    assert listed(client, admin, f"until={since}") == chosen(orders, 0)


@pytest.mark.parametrize("form", ["{0}", "%23{0}", " {0} "])
def test_an_order_is_found_by_its_id(client, admin, orders, form):
    assert listed(client, admin, f"q={form.format(orders[1].id)}") == chosen(orders, 1)


def test_orders_are_found_by_the_buyers_address(client, admin, orders, sam):
    assert listed(client, admin, f"q={sam.email}") == chosen(orders, 1, 0)
    assert listed(client, admin, "q=nobody") == []
    assert listed(client, admin, "q=" + "9" * 100) == []


def test_an_order_shows_its_buyer_as_they_were_and_is_found_by_the_old_address(client, admin, orders):
    orders[2].buyer_name, orders[2].buyer_email = "Zoe Before", "before@example.com"
    db.session.commit()

    [entry] = client.get("/admin/orders?q=Before@example.com", auth=admin).json

    assert (entry["id"], entry["name"], entry["email"]) == (orders[2].id, "Zoe Before", "before@example.com")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=sold", "state"),
        ("course_id=x", "course_id"),
        ("user_id=0", "user_id"),
        ("user_id=99999999999999999999", "user_id"),
        ("coupon_id=x", "coupon_id"),
        ("from=yesterday", "from"),
        ("until=2026-01-01", "until"),
        ("q=" + "x" * 201, "q"),
        ("q=%00", "q"),
        ("since=2026-01-01T00:00:00Z", "since"),
        ("limit=101", "limit"),
        ("cursor=x", "cursor"),
    ],
)
def test_bad_parameters_are_named(client, admin, query, field):
    response = client.get(f"/admin/orders?{query}", auth=admin)

    assert (response.status_code, set(response.json["errors"]["query"])) == (422, {field})


def test_the_csv_has_all_that_match(client, admin, orders):
    response = client.get("/admin/orders.csv?state=paid", auth=admin)

    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert response.mimetype == "text/csv"
    assert [int(row["id"]) for row in rows] == chosen(orders, 3, 2, 0)
    assert rows[0]["course_title"].startswith("'=")
    wanted = {"coupon": "STARS", "currency": "eur", "decimals": "2", "total": "3920", "name": "Zoe", "closed_at": ""}
    assert {name: rows[1][name] for name in wanted} == wanted


def test_the_csv_is_read_in_batches(client, admin, orders, monkeypatch):
    monkeypatch.setattr("learnstream.services.commerce.admin_orders.BATCH", 1)

    lines = client.get("/admin/orders.csv", auth=admin).get_data(as_text=True).splitlines()

    assert len(lines) == 5


def test_one_order_shows_what_happened_to_its_money(client, admin, orders):
    payment = pay(orders[0])
    refund(payment, 1000)
    dispute(payment, 900)
    db.session.commit()

    body = client.get(f"/admin/orders/{orders[0].id}", auth=admin).json

    [shown] = body["payments"]
    amounts = {"amount": 4900, "refunded": 1000, "disputed": 900, "refundable": 3000}
    assert {name: shown[name] for name in amounts} == amounts
    assert [(each["amount"], each["state"], each["requested_by"]) for each in body["refunds"]] == [
        (1000, "succeeded", None)
    ]
    assert [(each["amount"], each["status"]) for each in body["disputes"]] == [(900, "needs_response")]
    assert sum(each["amount"] for each in body["ledger"]) == 0
    assert body["grant_state"] is None
    assert body["refunded"] == 1000


def test_an_order_that_does_not_exist_is_not_found(client, admin):
    assert client.get("/admin/orders/99999", auth=admin).status_code == 404


@pytest.mark.parametrize("path", ["/admin/orders", "/admin/orders.csv", "/admin/orders/1"])
def test_only_administrators_see_orders(client, owner, path):
    assert client.get(path, auth=owner).status_code == 403
