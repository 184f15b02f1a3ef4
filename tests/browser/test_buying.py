"""Buying a course in a real browser: its price, the order, the vendor's page, and the page that buyers return to."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from learnstream.documents import LessonKind
from learnstream.models import Order
from learnstream.stores.sql import db
from tests.browser.conftest import sign_in, tab_to, violations
from tests.factories import make_course
from tests.notices import follow_events
from tests.payments import check_out, has_seat, make_coupon, pay, sell, session_of

THANKS = re.compile("^Thank you. Your payment has arrived")
NOT_YET = re.compile("^We have not heard of a payment yet")
ON_ITS_WAY = re.compile("^Your payment is on its way")


@pytest.fixture
def course(client, owner, admin, stripe, api):
    lessons = [{"title": "First light", "kind": LessonKind.TEXT, "body": "Look up."}]
    return sell(client, make_course(owner, lessons, title="Astronomy"), admin)


@pytest.fixture
def form(page, school, course, stranger):
    """The form of a signed-in student, on the page of the course."""
    page.goto(f"{school.url}/course#{course.id}")
    sign_in(page, stranger)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()
    return page.get_by_role("form", name="Price: €49.00")


@pytest.fixture
def order(client, stranger, course):
    """An order that waits to be paid."""
    return check_out(client, stranger, course)


@pytest.fixture
def orders(page, school, stranger, course):
    """Return a function that opens the page of an order as a signed-in student, until it is whole."""

    def orders(order=None):
        page.goto(f"{school.url}/orders" + (f"#{order['order_id']}" if order else ""))
        sign_in(page, stranger)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        if order:
            expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()

    return orders


def buy(page, coupon=""):
    page.get_by_label("Coupon (optional)").fill(coupon)
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_role("button", name="Buy this course").click()


def trouble(page):
    return page.locator("#buy-trouble")


def state(page):
    return page.locator("#state")


def count_orders():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Order))


def test_a_student_sees_the_price_pays_and_learns(page, school, course, stranger, screenshots):
    page.goto(f"{school.url}/catalogue")
    offer = page.get_by_role("list", name="Catalogue").get_by_role("listitem").filter(has_text="Astronomy")
    expect(offer).to_contain_text("€49.00")
    offer.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Price: €49.00")).to_be_visible()
    expect(page.locator("#buy-state")).to_have_text("Sign in to buy it.")
    sign_in(page, stranger)
    expect(page.get_by_role("form", name="Price: €49.00")).to_be_visible()
    buy(page)
    expect(page.get_by_role("heading", name="Pay 49.00 EUR")).to_be_visible()
    page.get_by_role("button", name="Pay 49.00 EUR").click()
    expect(state(page)).to_have_text(THANKS)
    expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()
    expect(page.get_by_role("link", name=re.compile("^Receipt: €49.00"))).to_be_visible()
    page.screenshot(path=screenshots / "order-paid.png", full_page=True)
    assert has_seat(stranger, course)
    page.get_by_role("link", name="Go to the lessons").click()
    page.get_by_role("button", name="First light").click()

    expect(page.get_by_text("Look up.")).to_be_visible()
    assert page.complaints == []


def test_a_course_is_bought_with_the_keyboard_alone(page, form, stranger):
    page.get_by_label("Coupon (optional)").focus()
    tab_to(page, page.get_by_label("I accept the terms of sale"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Buy this course"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pay 49.00 EUR")).to_be_visible()
    tab_to(page, page.get_by_role("radio", name="Card that pays"), 3)
    tab_to(page, page.get_by_role("button", name="Pay 49.00 EUR"))
    page.keyboard.press("Enter")

    expect(state(page)).to_have_text(THANKS)


def test_a_double_click_buys_once(page, form):
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_role("button", name="Buy this course").dblclick()

    expect(page.get_by_role("heading", name="Pay 49.00 EUR")).to_be_visible()
    assert count_orders() == 1


def test_nothing_is_bought_without_the_terms(page, form):
    page.get_by_role("button", name="Buy this course").click()

    expect(page.get_by_label("I accept the terms of sale")).to_be_focused()
    assert count_orders() == 0


def test_an_answer_that_was_lost_orders_nothing_twice(page, form):
    keys = []

    def lose(route):
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        if len(keys) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/checkout", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    buy(page)
    expect(trouble(page)).to_have_text("LearnStream does not answer. Try again: nothing is ordered twice.")
    page.get_by_role("button", name="Buy this course").click()

    expect(page.get_by_role("heading", name="Pay 49.00 EUR")).to_be_visible()
    assert (count_orders(), len(set(keys))) == (1, 1)


def test_a_coupon_lowers_the_price(page, form, client, admin):
    make_coupon(client, admin, "STARS", percent=20)
    buy(page, "NO-SUCH")
    expect(trouble(page)).to_have_text(re.compile("There is no coupon with this code"))
    expect(page.get_by_role("button", name="Buy this course")).to_be_focused()
    buy(page, " stars ")
    expect(page.get_by_role("heading", name="Pay 39.20 EUR")).to_be_visible()
    page.get_by_role("button", name="Pay 39.20 EUR").click()

    expect(state(page)).to_have_text(THANKS)
    expect(page.locator("#amounts")).to_have_text(re.compile("Price€49.00Coupon STARS.€9.80Total€39.20"))


def test_a_coupon_can_make_the_course_free(page, form, client, admin, stranger, course):
    make_coupon(client, admin, "GIFT", percent=100)
    buy(page, "GIFT")

    expect(state(page)).to_have_text(THANKS)
    expect(page.get_by_role("heading", name="Receipts")).to_be_hidden()
    assert has_seat(stranger, course)


def test_a_price_that_has_changed_is_shown_before_it_is_charged(page, form, client, admin, course):
    sell(client, course, admin, 5900)
    buy(page)
    expect(trouble(page)).not_to_be_empty()
    expect(page.get_by_role("heading", name="Price: €59.00")).to_be_visible()
    assert count_orders() == 0
    page.get_by_role("button", name="Buy this course").click()

    expect(page.get_by_role("heading", name="Pay 59.00 EUR")).to_be_visible()


def test_who_has_the_course_is_not_asked_to_buy_it(page, form, client, stripe, stranger, course, school):
    order = check_out(client, stranger, course)
    pay(stripe, order)
    assert client.get(f"/orders/{order['order_id']}", auth=stranger).json["state"] == "paid"
    page.reload()

    expect(page.locator("#buy-state")).to_have_text("You have this course. Go to its lessons")
    expect(page.get_by_role("button", name="Buy this course")).to_be_hidden()


def test_an_unpaid_order_waits_and_shows_a_payment_by_itself(page, orders, order, stripe):
    orders(order)
    expect(state(page)).to_have_text(NOT_YET)
    expect(page.get_by_role("link", name="Back to the payment page")).to_be_visible()
    pay(stripe, order)

    expect(state(page)).to_have_text(THANKS)
    expect(page.locator("#orders").get_by_role("listitem")).to_contain_text("€49.00 · paid")


def test_a_network_that_is_away_says_nothing_about_the_payment(page, orders, order, stripe):
    orders(order)
    expect(state(page)).to_have_text(NOT_YET)
    page.context.set_offline(True)
    expect(page.locator("#away")).to_have_text(re.compile("^LearnStream does not answer. If you have paid"))
    expect(state(page)).to_have_text(NOT_YET)
    pay(stripe, order)
    page.context.set_offline(False)

    expect(state(page)).to_have_text(THANKS)
    expect(page.locator("#away")).to_be_empty()


@pytest.mark.parametrize(("succeeded", "sentence"), [(True, THANKS), (False, re.compile("^Your bank has refused"))])
def test_a_late_payment_is_called_failed_only_when_it_has(page, orders, order, stripe, succeeded, sentence):
    pay(stripe, order, "debit")
    orders(order)
    expect(state(page)).to_have_text(ON_ITS_WAY)
    expect(page.get_by_role("link", name="Back to the payment page")).to_be_hidden()
    stripe.decide(session_of(order), succeeded=succeeded)
    page.reload()

    expect(state(page)).to_have_text(sentence)


def test_an_order_that_was_never_paid_leads_back_to_the_course(page, orders, order, stripe):
    stripe.advance(25 * 3600)
    orders(order)

    expect(state(page)).to_have_text(re.compile("^This order was not paid"))
    page.get_by_role("link", name="Back to the course").click()
    expect(page.get_by_role("heading", name="Price: €49.00")).to_be_visible()


def test_a_payment_that_opens_nothing_is_not_called_unpaid(page, orders, order, stripe):
    """Its amount is not the order's any more, so it is refunded."""
    db.session.execute(update(Order).where(Order.id == order["order_id"]).values(subtotal=Order.subtotal + 100))
    db.session.commit()
    pay(stripe, order)
    orders(order)

    expect(state(page)).to_have_text(re.compile("^Your payment has arrived, but the course could not be opened"))


def test_nobody_sees_another_buyers_order(page, school, order, owner):
    page.goto(f"{school.url}/orders#{order['order_id']}")
    sign_in(page, owner)

    expect(page.get_by_role("alert").first).not_to_be_empty()
    expect(page.get_by_text("You have no orders.")).to_be_visible()
    expect(page.locator("#order")).to_be_hidden()


def test_orders_are_listed_with_their_receipts(page, orders, order, client, stripe, stranger):
    pay(stripe, order)
    orders()
    page.get_by_role("link", name="Astronomy").click()
    expect(state(page)).to_have_text(THANKS)
    page.get_by_role("link", name=re.compile("^Receipt: ")).click()

    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()


def test_a_notice_of_a_payment_leads_to_its_order(page, school, order, client, stripe, stranger):
    follow_events()  # followers begin now
    pay(stripe, order)
    assert client.get(f"/orders/{order['order_id']}", auth=stranger).json["state"] == "paid"
    follow_events()
    page.goto(f"{school.url}/notifications")
    sign_in(page, stranger)
    page.get_by_role("link", name=re.compile("Your payment of .* has arrived")).click()

    expect(state(page)).to_have_text(THANKS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_form_is_accessible(page, form, width, scheme, screenshots):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    buy(page, "NO-SUCH")
    expect(trouble(page)).not_to_be_empty()

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"buying-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_an_order_is_accessible(page, orders, order, stripe, width, scheme, screenshots):
    pay(stripe, order)
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    orders(order)
    expect(state(page)).to_have_text(THANKS)

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"order-{width}-{scheme}.png", full_page=True)
