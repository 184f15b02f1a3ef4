"""The emulator's pay page in a real browser: what a buyer can do on it, by mouse and by keyboard."""

import pytest
import requests
from playwright.sync_api import expect
from werkzeug import Response

from tests.browser.conftest import tab_to, violations

PARAMS = {
    "mode": "payment",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "4900",
    "line_items[0][price_data][product_data][name]": "Astronomy for beginners",
    "line_items[0][quantity]": "1",
}


@pytest.fixture
def shop(school):
    """The URL of a shop whose pages are blank."""
    school.app = Response('<!doctype html><link rel="icon" href="data:,"><title>Shop</title>', mimetype="text/html")
    return school.url


@pytest.fixture
def session_id(stripe, shop):
    key = stripe.environment()["STRIPE_SECRET_KEY"]
    pages = {"success_url": f"{shop}/paid", "cancel_url": f"{shop}/back"}
    address = f"{stripe.url}/v1/checkout/sessions"
    answer = requests.post(address, auth=(key, ""), headers={"Stripe-Version": "any"}, data=PARAMS | pages, timeout=10)
    return answer.json()["id"]


@pytest.fixture
def pay_page(page, stripe, session_id):
    page.goto(f"{stripe.url}/pay/{session_id}")
    expect(page.get_by_role("heading", name="Pay 49.00 EUR")).to_be_visible()
    return page


def status(stripe, session_id):
    session = stripe.context.store.get("checkout_session", session_id)
    return session["status"], session["payment_status"]


def choose(page, name):
    page.get_by_role("radio", name=name).check()
    page.get_by_role("button", name="Pay 49.00 EUR").click()


def test_a_buyer_pays_with_the_keyboard_alone(pay_page, stripe, session_id, shop):
    tab_to(pay_page, pay_page.get_by_label("Name"))
    pay_page.keyboard.type("Ada")
    tab_to(pay_page, pay_page.get_by_label("E-mail"))
    pay_page.keyboard.type("ada@example.com")
    tab_to(pay_page, pay_page.get_by_role("radio", name="Card that pays"))
    pay_page.keyboard.press("ArrowDown")
    expect(pay_page.get_by_role("radio", name="Card that is declined")).to_be_checked()
    pay_page.keyboard.press("ArrowUp")
    tab_to(pay_page, pay_page.get_by_role("button", name="Pay 49.00 EUR"))
    pay_page.keyboard.press("Enter")

    pay_page.wait_for_url(f"{shop}/paid")
    assert status(stripe, session_id) == ("complete", "paid")
    assert pay_page.complaints == []


def test_a_declined_card_can_be_replaced(pay_page, stripe, session_id, shop):
    pay_page.get_by_label("Name").fill("Ada")
    choose(pay_page, "Card that is declined")
    expect(pay_page.get_by_role("alert")).to_have_text("Your card was declined.")
    expect(pay_page.get_by_role("alert")).to_be_focused()
    expect(pay_page.get_by_label("Name")).to_have_value("Ada")
    expect(pay_page.get_by_role("radio", name="Card that is declined")).to_be_checked()
    choose(pay_page, "Card that pays")

    pay_page.wait_for_url(f"{shop}/paid")
    assert status(stripe, session_id) == ("complete", "paid")


def test_who_gives_up_3d_secure_has_not_paid(pay_page, stripe, session_id):
    choose(pay_page, "Card that asks for 3-D Secure")
    expect(pay_page.get_by_role("button", name="Confirm")).to_be_focused()
    pay_page.get_by_role("button", name="Give up").click()

    expect(pay_page.get_by_role("alert")).to_have_text("Your card was declined.")
    assert status(stripe, session_id) == ("open", "unpaid")


def test_who_confirms_3d_secure_has_paid(pay_page, stripe, session_id, shop):
    choose(pay_page, "Card that asks for 3-D Secure")
    expect(pay_page.get_by_role("button", name="Confirm")).to_be_focused()
    pay_page.keyboard.press("Enter")

    pay_page.wait_for_url(f"{shop}/paid")
    assert status(stripe, session_id) == ("complete", "paid")


def test_a_debit_leads_back_before_it_is_decided(pay_page, stripe, session_id, shop):
    choose(pay_page, "Bank debit")

    pay_page.wait_for_url(f"{shop}/paid")
    assert status(stripe, session_id) == ("complete", "unpaid")


def test_who_goes_back_has_not_paid(pay_page, stripe, session_id, shop):
    pay_page.get_by_role("link", name="Back, without paying").click()

    pay_page.wait_for_url(f"{shop}/back")
    assert status(stripe, session_id) == ("open", "unpaid")


def test_a_page_that_was_paid_offers_no_button(pay_page, stripe, session_id):
    stripe.pay(session_id)
    pay_page.reload()

    expect(pay_page.get_by_role("status")).to_have_text("This page is complete.")
    expect(pay_page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pay_page_is_accessible(pay_page, width, scheme, screenshots):
    pay_page.set_viewport_size({"width": width, "height": 900})
    pay_page.emulate_media(color_scheme=scheme)
    choose(pay_page, "Card that is declined")
    expect(pay_page.get_by_role("alert")).to_be_focused()

    assert violations(pay_page) == set()
    assert pay_page.evaluate("document.documentElement.scrollWidth") <= width
    pay_page.screenshot(path=screenshots / f"pay-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("step", ["secure", "complete", "receipt"])
def test_the_other_steps_are_accessible(pay_page, stripe, session_id, step):
    if step == "secure":
        choose(pay_page, "Card that asks for 3-D Secure")
        expect(pay_page.get_by_role("button", name="Confirm")).to_be_focused()
    else:
        stripe.pay(session_id)
        [charge] = stripe.context.store.find("charge")
        pay_page.goto(charge["receipt_url"] if step == "receipt" else f"{stripe.url}/pay/{session_id}")

    assert violations(pay_page) == set()
