"""POST /courses/{id}/checkout: one order, one page, whatever happens in between."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from devstack.stripe.sessions import SESSION
from learnstream.clock import now
from learnstream.models import CouponUse, CouponUseState, Order, OrderState, SeatSource, User
from learnstream.services.commerce import ledger_check, retention
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_seat
from tests.payments import PRICE, buy, check_out, has_seat, make_coupon, make_priced_course, pay, read_order, sell
from tests.payments import session_of as session_id

SHUTDOWN = 91  # MongoDB's ShutdownInProgress
CREATION = {"method": "POST", "path": "/v1/checkout/sessions"}


@pytest.fixture
def course(client, stripe, owner, admin):
    return make_priced_course(client, owner, admin)


@pytest.fixture
def sessions(stripe):
    """Return a function that lists the vendor's checkout sessions, as they are stored."""
    return lambda **fields: stripe.context.store.find(SESSION, **fields)


def orders():
    db.session.rollback()
    return db.session.scalars(select(Order).order_by(Order.id)).all()


def uses():
    db.session.rollback()
    return db.session.scalars(select(CouponUse.state).order_by(CouponUse.id)).all()


def test_the_buyer_gets_a_page_to_pay_the_order_on(client, course, stranger, sessions):
    made = check_out(client, stranger, course)

    [session] = sessions()
    assert made["checkout_url"] == session["url"]
    assert (made["state"], made["subtotal"], made["discount"], made["total"], made["currency"]) == (
        *("pending", 4900, 0, 4900),
        "eur",
    )
    assert (session["amount_total"], session["currency"]) == (4900, "eur")
    assert session["client_reference_id"] == str(made["order_id"])
    assert session["metadata"]["order_id"] == str(made["order_id"])
    assert session["customer_email"] == stranger.email
    assert not has_seat(stranger, course)


def test_the_order_says_what_an_invoice_must_name(client, course, stranger):
    check_out(client, stranger, course)

    [order] = orders()
    assert (order.course_id, order.course_title, order.course_version) == (str(course.id), "Astronomy", 1)
    assert (order.user_id, order.buyer_name, order.buyer_email) == (stranger.id, stranger.name, stranger.email)
    assert order.accepted_terms_at <= now()
    assert not order.livemode


def test_what_an_invoice_must_name_outlives_the_account(app, client, stripe, course, stranger):
    made, _ = buy(client, stripe, stranger, course)
    for command in ("erase-reviews", "erase-notices"):
        assert app.test_cli_runner().invoke(args=[command, str(stranger.id)]).exit_code == 0
    db.session.execute(update(User).where(User.id == stranger.id).values(name="Erased", is_active=False))
    db.session.commit()
    retention.delete_old(years=10)
    db.session.commit()

    [order] = orders()
    assert (order.id, order.buyer_name, order.buyer_email) == (made["id"], stranger.name, stranger.email)
    assert (order.course_title, order.total, order.currency) == ("Astronomy", 4900, "eur")
    assert [*ledger_check.check()] == []


@pytest.mark.parametrize(
    "body", [{}, {"accept_terms": False}, {"accept_terms": None}, {"accept_terms": "true"}, {"accept_terms": 1}]
)
def test_the_terms_must_be_accepted(client, course, stranger, body):
    refused = client.post(f"/courses/{course.id}/checkout", json=body, auth=stranger)

    assert refused.status_code == 422
    assert "accept_terms" in refused.json["errors"]["json"]
    assert orders() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("coupon", value) for value in (7, "", ["STARS"], "x" * 41, "ST\nARS")],
        *[
            ("expected", value)
            for value in (4900, "4900 eur", [], {"amount": 4900}, {"amount": "4900", "currency": "eur"})
        ],
        *[("expected", {"amount": 49.5, "currency": "eur"}), ("price", 1), ("total", 1), ("amount", 0)],
    ],
)
def test_bad_fields_are_named(client, course, stranger, field, value):
    body = {"accept_terms": True, field: value}

    refused = client.post(f"/courses/{course.id}/checkout", json=body, auth=stranger)

    assert refused.status_code == 422
    assert field in refused.json["errors"]["json"]
    assert orders() == []


def test_guests_must_sign_in(client, course):
    assert client.post(f"/courses/{course.id}/checkout", json={"accept_terms": True}).status_code == 401


def test_a_free_course_is_not_sold(client, stripe, owner, stranger):
    assert check_out(client, stranger, make_course(owner), status=409)["code"] == "not_for_sale"


def test_an_unpublished_course_is_not_sold(client, stripe, owner, admin, stranger):
    draft = sell(client, make_course(owner, published=False), admin)

    check_out(client, stranger, draft, status=404)


def test_who_has_a_seat_buys_none(client, course, stranger):
    make_seat(stranger, course, SeatSource.ADMIN)

    assert check_out(client, stranger, course, status=409)["code"] == "already_enrolled"
    assert orders() == []


def test_nobody_pays_another_price_than_was_shown(client, course, admin, stranger):
    sell(client, course, admin, 5900)

    refused = check_out(client, stranger, course, status=409, expected=PRICE)

    assert (refused["code"], refused["price"]) == ("price_changed", {"amount": 5900, "currency": "eur"})
    assert orders() == []
    assert check_out(client, stranger, course, expected=refused["price"])["total"] == 5900


def test_the_same_number_in_another_currency_is_another_price(client, course, stranger):
    body = {"amount": 4900, "currency": "jpy"}

    assert check_out(client, stranger, course, status=409, expected=body)["code"] == "price_changed"


@pytest.mark.parametrize(("amount", "currency"), [(500, "jpy"), (12_340, "kwd"), (500_000, "isk")])
def test_currencies_with_other_decimals_are_charged_as_they_are(
    client, stripe, owner, admin, stranger, amount, currency
):
    course = make_priced_course(client, owner, admin, amount, currency)

    order, session = buy(client, stripe, stranger, course)

    assert (order["state"], order["total"], order["currency"]) == ("paid", amount, currency)
    assert (session["amount_total"], session["currency"]) == (amount, currency)


def test_an_idempotency_key_gives_the_first_response_again(client, course, stranger, sessions):
    first = check_out(client, stranger, course, key="once")

    assert check_out(client, stranger, course, key="once") == first
    assert len(sessions()) == len(orders()) == 1


# The page is open


def test_report_18_every_further_click_gets_the_same_page(client, course, stranger, sessions):
    first = check_out(client, stranger, course)

    assert [check_out(client, stranger, course) for _ in range(3)] == [first] * 3
    assert len(sessions()) == len(orders()) == 1


def test_report_18_twenty_requests_at_once_make_one_order_and_one_page(app, course, stranger, sessions, at_once):
    def click():
        return app.test_client().post(f"/courses/{course.id}/checkout", json={"accept_terms": True}, auth=stranger)

    responses = at_once(*[click] * 20)

    assert {response.status_code for response in responses} <= {201, 409}
    made = [response.json for response in responses if response.status_code == 201]
    assert len({(each["order_id"], each["checkout_url"]) for each in made}) == 1
    assert len(sessions()) == len(orders()) == 1


def test_two_buyers_have_an_order_each(client, course, stranger, owner, sessions):
    assert check_out(client, stranger, course)["order_id"] != check_out(client, owner, course)["order_id"]
    assert len(sessions()) == 2


def test_report_17_a_page_with_the_old_price_is_closed_before_one_with_the_new_price_opens(
    client, course, admin, stranger, sessions
):
    old = check_out(client, stranger, course)
    sell(client, course, admin, 5900)

    new = check_out(client, stranger, course)

    assert new["total"] == 5900
    assert [
        (each["status"], each["amount_total"]) for each in sorted(sessions(), key=lambda each: each["amount_total"])
    ] == [*[("expired", 4900), ("open", 5900)]]
    assert read_order(client, stranger, old["order_id"])["state"] == "expired"


def test_report_17_a_price_that_came_back_keeps_the_page(client, course, admin, stranger, sessions):
    first = check_out(client, stranger, course)
    sell(client, course, admin, 5900)
    sell(client, course, admin, 4900)

    assert check_out(client, stranger, course) == first
    assert len(sessions()) == 1


def test_report_19_other_parameters_have_another_idempotency_key(client, course, admin, stranger, sessions):
    make_coupon(client, admin, "STARS")
    plain = check_out(client, stranger, course)
    cheap = check_out(client, stranger, course, coupon="stars")
    plain_again = check_out(client, stranger, course)

    assert (plain["total"], cheap["total"], plain_again["total"]) == (4900, 3920, 4900)
    assert len({plain["order_id"], cheap["order_id"], plain_again["order_id"]}) == 3
    assert sorted(each["status"] for each in sessions()) == ["expired", "expired", "open"]


def test_report_19_a_new_address_after_an_unclear_outcome_is_no_dead_end(client, stripe, course, stranger, sessions):
    stripe.misbehave(api={**CREATION, "kind": "closed", "times": 2})
    check_out(client, stranger, course, status=503)
    db.session.execute(update(User).where(User.id == stranger.id).values(email="new@example.com"))
    db.session.commit()

    made = check_out(client, stranger, course)

    assert pay(stripe, made)["payment_status"] == "paid"
    assert read_order(client, stranger, made["order_id"])["state"] == "paid"
    assert len(orders()) == len(sessions()) == 1


def test_report_15_a_page_that_was_paid_meanwhile_is_not_closed_but_counts(client, stripe, course, admin, stranger):
    first = check_out(client, stranger, course)
    sell(client, course, admin, 5900)
    pay(stripe, first)

    again = check_out(client, stranger, course)

    assert (again["order_id"], again["state"], again["checkout_url"]) == (first["order_id"], "paid", None)
    assert has_seat(stranger, course)
    assert [order.state for order in orders()] == [OrderState.PAID]


def test_report_15_a_payment_that_takes_days_keeps_the_order_open(client, stripe, course, admin, stranger, sessions):
    first = check_out(client, stranger, course)
    pay(stripe, first, "debit")
    sell(client, course, admin, 5900)

    assert check_out(client, stranger, course, status=409)["code"] == "payment_on_its_way"
    assert check_out(client, stranger, course, status=409)["code"] == "payment_on_its_way"
    assert len(sessions()) == 1
    stripe.decide(session_id(first), succeeded=True)
    assert read_order(client, stranger, first["order_id"])["state"] == "paid"


def test_a_page_that_was_paid_is_found_by_the_next_click(client, stripe, course, stranger, sessions):
    first = check_out(client, stranger, course)
    pay(stripe, first)

    again = check_out(client, stranger, course)

    assert (again["order_id"], again["state"], again["checkout_url"]) == (first["order_id"], "paid", None)
    assert check_out(client, stranger, course, status=409)["code"] == "already_enrolled"
    assert len(sessions()) == 1


def test_a_page_whose_time_is_over_makes_room_for_a_new_order(client, stripe, course, stranger, sessions):
    first = check_out(client, stranger, course)
    stripe.context.store.put(SESSION, session_id(first), sessions()[0] | {"expires_at": stripe.context.now() - 1})

    second = check_out(client, stranger, course)

    assert second["order_id"] != first["order_id"]
    assert [order.state for order in orders()] == [OrderState.EXPIRED, OrderState.PENDING]


# The vendor fails


@pytest.mark.parametrize("kind", ["empty", "null", "blank", "cut", "closed"])
def test_an_unclear_outcome_is_asked_again_and_never_makes_a_second_page(
    client, stripe, course, stranger, sessions, kind
):
    # Twice, as broken connections are tried again.
    stripe.misbehave(api={**CREATION, "kind": kind, "times": 2})

    assert check_out(client, stranger, course, status=503)["code"] == "payment_service_failed"
    [order] = orders()
    assert order.state is OrderState.PENDING

    stripe.behave()
    made = check_out(client, stranger, course)
    assert made["order_id"] == order.id
    [session] = sessions()
    assert made["checkout_url"] == session["url"]


def test_a_vendor_that_refuses_all_leaves_an_order_that_the_next_click_goes_on_with(client, stripe, course, stranger):
    stripe.misbehave(api={**CREATION, "kind": "status", "status": 503, "times": 4})
    check_out(client, stranger, course, status=503)
    stripe.behave()

    assert check_out(client, stranger, course)["checkout_url"]
    assert len(orders()) == 1


def test_an_order_whose_time_was_over_before_it_had_a_page_gets_another_attempt(
    client, stripe, course, stranger, sessions
):
    stripe.misbehave(api={**CREATION, "kind": "status", "status": 503, "times": 4, "carried_out": False})
    check_out(client, stranger, course, status=503)
    stripe.behave()
    db.session.execute(update(Order).values(checkout_expires_at=now() + timedelta(minutes=10)))
    db.session.commit()

    made = check_out(client, stranger, course)

    [order] = orders()
    assert (order.id, order.attempt) == (made["order_id"], 2)
    assert len(sessions()) == 1


def test_an_event_before_the_answer_settles_the_order(client, posting_stripe, course, stranger):
    posting_stripe.misbehave(api={**CREATION, "kind": "early"})

    made = check_out(client, stranger, course)

    assert read_order(client, stranger, made["order_id"])["state"] == "paid"
    assert has_seat(stranger, course)


def test_without_a_payment_service_nothing_is_ordered(app, client, course, stranger, monkeypatch):
    monkeypatch.setitem(app.extensions, "payment_service", lambda: None)

    assert check_out(client, stranger, course, status=503)["code"] == "payments_unconfigured"
    assert orders() == []


# Coupons


def test_a_coupon_takes_off_what_it_says(client, stripe, course, admin, stranger, sessions):
    make_coupon(client, admin, "STARS", percent=20)

    order, session = buy(client, stripe, stranger, course, coupon="stars")

    assert (order["subtotal"], order["discount"], order["total"], order["coupon"]) == (4900, 980, 3920, "STARS")
    assert session["amount_total"] == 3920


def test_a_coupon_of_100_percent_opens_the_seat_without_the_vendor(client, course, admin, stranger, sessions):
    make_coupon(client, admin, "FREE", percent=100)

    made = check_out(client, stranger, course, coupon="FREE")

    assert (made["state"], made["total"], made["checkout_url"]) == ("paid", 0, None)
    assert has_seat(stranger, course)
    assert sessions() == []
    assert read_order(client, stranger, made["order_id"])["payments"] == []


def test_a_free_order_replaces_an_open_one(client, course, admin, stranger, sessions):
    check_out(client, stranger, course)
    make_coupon(client, admin, "FREE", percent=100)

    assert check_out(client, stranger, course, coupon="FREE")["state"] == "paid"
    assert [each["status"] for each in sessions()] == ["expired"]


@pytest.mark.parametrize(("coupon", "code"), [("NONE", "coupon_unknown"), ("OTHER", "coupon_not_for_course")])
def test_a_coupon_that_is_not_valid_orders_nothing(client, course, admin, stranger, owner, coupon, code):
    make_coupon(client, admin, "OTHER", percent=20, course_ids=[str(make_course(owner, title="Optics").id)])

    assert check_out(client, stranger, course, status=409, coupon=coupon)["code"] == code
    assert orders() == []


def test_report_26_a_use_is_held_by_the_open_order_and_given_back_when_it_is_replaced(
    client, stripe, course, admin, stranger, owner
):
    make_coupon(client, admin, "ONCE", percent=20, max_uses=1)
    check_out(client, stranger, course, coupon="once")
    assert check_out(client, owner, course, status=409, coupon="once")["code"] == "coupon_used_up"

    check_out(client, stranger, course)
    assert uses() == [CouponUseState.GIVEN_BACK]

    buy(client, stripe, owner, course, coupon="once")
    assert uses() == [CouponUseState.GIVEN_BACK, CouponUseState.KEPT]


def test_report_26_clicking_again_holds_one_use(client, course, admin, stranger):
    make_coupon(client, admin, "ONCE", percent=20, max_uses=1, max_uses_per_user=1)
    first = check_out(client, stranger, course, coupon="once")

    assert check_out(client, stranger, course, coupon="ONCE") == first
    assert uses() == [CouponUseState.HELD]


def test_report_26_the_last_use_goes_to_one_of_many_at_once(app, client, course, admin, at_once):
    make_coupon(client, admin, "ONCE", percent=20, max_uses=1)
    people = [make_person() for _ in range(4)]

    def click(person):
        body = {"accept_terms": True, "coupon": "ONCE"}
        return lambda: app.test_client().post(f"/courses/{course.id}/checkout", json=body, auth=person)

    responses = at_once(*map(click, people))

    assert sorted(response.status_code for response in responses) == [201, 409, 409, 409]
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


# Stores


def test_checkout_works_for_courses_seen_before_while_mongodb_is_down(client, course, stranger, reject_command):
    client.get(f"/courses/{course.id}")
    reject_command("find", "courses", SHUTDOWN)

    assert check_out(client, stranger, course)["checkout_url"]


def test_checkout_asks_postgresql_few_questions(client, course, stranger, queries):
    client.get(f"/courses/{course.id}", auth=stranger)
    queries.clear()
    check_out(client, stranger, course)

    # Of the caller, the idempotency key (two), the price, the open order, the new one, and its page (two).
    assert queries.count("sql") <= 8
    assert queries.count("redis") <= 2
    assert "find" not in queries


def test_a_course_that_is_ordered_is_not_deleted(client, stripe, course, stranger, admin):
    made = check_out(client, stranger, course)

    refused = client.delete(f"/courses/{course.id}", auth=admin)

    assert (refused.status_code, refused.json["code"]) == (409, "course_has_learners")
    pay(stripe, made)
    assert read_order(client, stranger, made["order_id"])["state"] == "paid"
