"""GET /orders/{id}, GET /users/me/orders and the page that buyers return to."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from devstack.stripe.sessions import SESSION
from learnstream.clock import now
from learnstream.models import Enrollment, OrderState, SeatGrant, SeatSource
from learnstream.services.commerce import pages
from learnstream.stores.sql import db
from tests.factories import archive, make_course
from tests.orders import store_order
from tests.payments import buy, check_out, has_seat, make_priced_course, pay, read_order, session_of


@pytest.fixture
def course(client, stripe, owner, admin):
    return make_priced_course(client, owner, admin)


@pytest.fixture
def return_path(stripe):
    """Return a function that returns where the vendor's page of an order leads back to."""

    def return_path(order):
        url = urlsplit(stripe.context.store.get(SESSION, session_of(order))["success_url"])
        return f"{url.path}?{url.query}"

    return return_path


def grants():
    db.session.rollback()
    return db.session.execute(select(SeatGrant.starts_at, SeatGrant.expires_at, SeatGrant.ended_at)).all()


def seats():
    db.session.rollback()
    return db.session.execute(select(Enrollment.enrolled_at, Enrollment.expires_at, Enrollment.derivation)).all()


def test_an_order_shows_its_amounts_and_page(client, course, stranger):
    made = check_out(client, stranger, course)

    order = read_order(client, stranger, made["order_id"])

    assert order["state"] == "pending"
    assert order["checkout_url"] == made["checkout_url"]
    assert (order["subtotal"], order["total"], order["currency"], order["refunded"]) == (4900, 4900, "eur", 0)
    assert (order["course_id"], order["course_title"], order["course_version"]) == (str(course.id), "Astronomy", 1)
    assert (order["payments"], order["paid_at"], order["on_its_way"]) == ([], None, False)


def test_reading_an_order_after_the_return_opens_the_seat_without_any_event(client, stripe, course, stranger):
    order, _ = buy(client, stripe, stranger, course)

    assert order["state"] == "paid"
    assert order["checkout_url"] is None
    assert has_seat(stranger, course)
    [payment] = order["payments"]
    assert (payment["amount"], payment["currency"]) == (4900, "eur")
    assert payment["receipt_url"].startswith(stripe.url)


def test_report_02_an_order_never_looks_failed_before_the_payment_arrives(client, stripe, course, stranger):
    made = check_out(client, stranger, course)
    pay(stripe, made, "debit")

    order = read_order(client, stranger, made["order_id"])

    assert (order["state"], order["on_its_way"], order["checkout_url"]) == ("pending", True, None)
    stripe.misbehave(api={"kind": "status", "status": 503, "times": 9})
    assert read_order(client, stranger, made["order_id"])["state"] == "pending"


def test_report_02_a_buyer_who_comes_back_early_is_not_sold_a_second_one(client, stripe, course, stranger):
    made = check_out(client, stranger, course)
    read_order(client, stranger, made["order_id"])
    pay(stripe, made)

    assert check_out(client, stranger, course)["state"] == "paid"
    assert stripe.books()["eur"]["charged"] == 4900


def test_report_01_coming_back_without_paying_opens_nothing(client, course, stranger, return_path):
    made = check_out(client, stranger, course)

    page = client.get(return_path(made))

    assert page.status_code == 200
    assert "Not paid yet" in page.text
    assert not has_seat(stranger, course)
    assert read_order(client, stranger, made["order_id"])["state"] == "pending"


def test_report_01_a_page_that_is_opened_again_and_again_extends_nothing(client, stripe, course, stranger, return_path):
    made = check_out(client, stranger, course)
    path = return_path(made)
    pay(stripe, made)

    assert "Thank you for your order" in client.get(path).text
    granted, seated = grants(), seats()
    for _ in range(3):
        assert client.get(path).status_code == 200
        read_order(client, stranger, made["order_id"])

    assert (grants(), seats()) == (granted, seated)
    assert len(granted) == 1


def test_report_01_a_page_that_is_opened_after_the_seat_ended_reopens_nothing(
    client, stripe, course, stranger, admin, return_path
):
    made = check_out(client, stranger, course)
    path = return_path(made)
    pay(stripe, made)
    client.get(path)
    seat_id = db.session.scalar(select(Enrollment.id))
    assert client.delete(f"/admin/enrollments/{seat_id}", auth=admin).status_code == 204

    assert client.get(path).status_code == 200
    assert not has_seat(stranger, course)


def test_the_page_says_that_a_payment_is_on_its_way(client, stripe, course, stranger, return_path):
    made = check_out(client, stranger, course)
    pay(stripe, made, "debit")

    assert "Your payment is on its way" in client.get(return_path(made)).text


@pytest.mark.parametrize(
    ("state", "title"),
    [
        *[("paid", "Thank you for your order"), ("expired", "Your order was not paid"), ("failed", "not paid")],
        *[("refunded", "Your order was refunded"), ("partly_refunded", "was refunded"), ("disputed", "is disputed")],
    ],
)
def test_the_page_says_what_became_of_the_order(client, course, stranger, return_path, state, title):
    made = check_out(client, stranger, course)
    path = return_path(made)
    order = store_order(stranger, course, state=OrderState(state))
    # A token is valid for its own order only, so this is asked for with the other one's.
    assert client.get(path.replace(f"/orders/{made['order_id']}/", f"/orders/{order.id}/")).status_code == 400
    db.session.execute(
        db.text("UPDATE orders SET state = :state WHERE id = :id"), {"state": state, "id": made["order_id"]}
    )
    db.session.commit()

    page = client.get(path)

    assert title in page.text
    assert "49.00 EUR" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "script-src" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("token", ["", "x", "1-1", "1-1.Zm9v", "\u00e9", "1" * 5000])
def test_a_page_without_the_buyers_token_shows_nothing(client, course, stranger, token):
    made = check_out(client, stranger, course)

    page = client.get(f"/orders/{made['order_id']}/return", query_string={"token": token})

    assert page.status_code == 400
    assert "Astronomy" not in page.text


def test_the_order_of_somebody_else_does_not_exist(client, stripe, course, stranger, owner, admin):
    order, _ = buy(client, stripe, stranger, course)

    for person in (owner, admin):
        refused = client.get(f"/orders/{order['id']}", auth=person)
        assert (refused.status_code, refused.json["code"]) == (404, "not_found")
        assert "receipt" not in refused.text
        assert client.get("/users/me/orders", auth=person).json == []
    assert client.get(f"/orders/{order['id']}").status_code == 401


@pytest.mark.parametrize("order_id", ["0", "-1", "x", "1.5", "999999999999999999", "9" * 30])
def test_an_order_that_does_not_exist(client, stripe, stranger, order_id):
    assert client.get(f"/orders/{order_id}", auth=stranger).status_code == 404


def test_ones_own_orders_the_latest_first_in_parts(client, stripe, owner, admin, stranger):
    courses = [make_priced_course(client, owner, admin, title=f"Course {n}") for n in range(3)]
    made = [check_out(client, stranger, course)["order_id"] for course in courses]
    check_out(client, owner, courses[0])

    first = client.get("/users/me/orders?limit=2", auth=stranger)
    rest = client.get(f"/users/me/orders?limit=2&cursor={first.headers['X-Next-Cursor']}", auth=stranger)

    assert [each["id"] for each in (*first.json, *rest.json)] == made[::-1]
    assert "X-Next-Cursor" not in rest.headers


def test_the_list_shows_payments_without_a_query_for_each(client, stripe, owner, admin, stranger, queries):
    for n in range(3):
        buy(client, stripe, stranger, make_priced_course(client, owner, admin, title=f"Course {n}"))
        queries.clear()
        listed = client.get("/users/me/orders", auth=stranger).json
        assert queries.count("sql") <= 6

    assert [len(order["payments"]) for order in listed] == [1, 1, 1]


def test_polling_asks_the_vendor_rarely(client, course, stranger, rate_limits, monkeypatch):
    made = check_out(client, stranger, course)
    asked = []
    monkeypatch.setattr(pages, "look_up", lambda order: asked.append(order.id) or order)

    for _ in range(5):
        read_order(client, stranger, made["order_id"])

    assert asked == [made["order_id"]]


def test_an_archived_course_is_opened_to_who_paid_for_it(client, stripe, course, stranger):
    made = check_out(client, stranger, course)
    archive(course)
    pay(stripe, made)

    assert read_order(client, stranger, made["order_id"])["state"] == "paid"
    assert has_seat(stranger, course)


def test_the_seat_has_the_version_that_was_ordered(client, stripe, course, stranger, owner):
    made = check_out(client, stranger, course)
    assert client.post(f"/courses/{course.id}/publish", auth=owner).status_code == 201
    pay(stripe, made)

    assert read_order(client, stranger, made["order_id"])["course_version"] == 1
    assert db.session.scalar(select(Enrollment.source)) is SeatSource.PAYMENT


def test_a_free_course_has_no_orders(client, stripe, owner, stranger):
    make_course(owner)

    assert client.get("/users/me/orders", auth=stranger).json == []


def test_the_page_is_closed_after_its_time(client, course, stranger):
    made = check_out(client, stranger, course)
    past = now() - timedelta(seconds=1)
    db.session.execute(db.text("UPDATE orders SET checkout_expires_at = :past"), {"past": past})
    db.session.commit()

    assert client.get("/users/me/orders", auth=stranger).json[0]["checkout_url"] is None
    assert made["checkout_url"]
