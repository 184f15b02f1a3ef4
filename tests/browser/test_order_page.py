"""The page that buyers return to, in a real browser, on small and large screens, without JavaScript."""

import pytest
from playwright.sync_api import expect

from learnstream.models import OrderState
from learnstream.services.commerce import return_links
from tests.browser.conftest import tab_to
from tests.browser.test_account_pages import SIZES, plain, violations
from tests.orders import store_order

__all__ = ["plain"]

TITLES = {
    OrderState.PENDING: "Not paid yet",
    OrderState.PAID: "Thank you for your order",
    OrderState.EXPIRED: "Your order was not paid",
    OrderState.REFUNDED: "Your order was refunded",
    OrderState.DISPUTED: "Your payment is disputed",
}


@pytest.fixture
def link_of(app, server, learner, course):
    """Return a function that stores an order in a state, with an open page, and returns the link that leads back."""

    def link_of(state=OrderState.PENDING, **columns):
        page = {"checkout_url": f"{server}/elsewhere", **columns}
        return return_links.url(store_order(learner, course, state=state, **page), base=server)

    return link_of


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_accessible_and_fits_the_screen_in_every_state(page, link_of, screenshots, size, scheme):
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme)
    for state, title in TITLES.items():
        page.goto(link_of(state, course_title="A very long title of a course about the whole of astronomy " * 3))
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_role("status")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
        page.screenshot(path=screenshots / f"order-{state}-{size}-{scheme}.png")


def test_one_goes_back_to_the_payment_by_keyboard_without_javascript(plain, link_of, server):
    plain.goto(link_of())
    tab_to(plain, plain.get_by_role("link", name="Look again"))
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("status")).to_contain_text("look again in a moment")

    tab_to(plain, plain.get_by_role("link", name="Back to the payment page"), presses=2)
    plain.keyboard.press("Enter")

    expect(plain).to_have_url(f"{server}/elsewhere")
