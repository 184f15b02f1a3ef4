"""The local stack's catalogue in a real browser: all courses, with what they cost."""

import re

import pytest
from playwright.sync_api import expect

from learnstream.text import money
from learnstream.text.money import Money
from tests.browser.conftest import tab_to, violations
from tests.factories import make_course


@pytest.fixture
def courses(owner, api):
    return [make_course(owner, title=title, summary="What <b>moves</b> up there.") for title in ("Bread", "Astronomy")]


@pytest.fixture
def catalogue(page, school, courses):
    page.goto(f"{school.url}/catalogue")
    expect(page.get_by_role("heading", name="Catalogue")).to_be_visible()
    return page


def offers(page):
    return page.get_by_role("list", name="Catalogue").get_by_role("listitem")


def test_guests_see_what_is_offered(catalogue):
    expect(offers(catalogue)).to_have_count(2)
    expect(offers(catalogue).filter(has_text="Bread")).to_contain_text("Free · No reviews yet.")
    expect(offers(catalogue).first).to_contain_text("What <b>moves</b> up there.")
    assert catalogue.complaints == []


def test_a_course_is_opened_with_the_keyboard(catalogue):
    catalogue.get_by_role("link", name="Notifications").focus()
    tab_to(catalogue, catalogue.get_by_role("link", name=re.compile("Bread|Astronomy")).first, 5)
    catalogue.keyboard.press("Enter")

    expect(catalogue.get_by_role("heading", name=re.compile("Bread|Astronomy"))).to_be_focused()


def test_a_school_without_courses_says_so(page, school, owner, api):
    page.goto(f"{school.url}/catalogue")

    expect(page.get_by_text("There are no courses yet.")).to_be_visible()


def test_amounts_are_shown_with_the_decimals_of_the_payment_service(catalogue):
    currencies = sorted(money.CURRENCIES)
    script = """currencies => import('/money.js').then(({ showMoney }) =>
        currencies.map(currency => showMoney({ amount: 1234500, currency }).replace(/[^0-9.]/g, '')))"""

    shown = catalogue.evaluate(script, currencies)

    expected = [money.show(Money(1234500, currency)).partition(" ")[0] for currency in currencies]
    assert dict(zip(currencies, shown, strict=True)) == dict(zip(currencies, expected, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_catalogue_is_accessible(catalogue, width, scheme, screenshots):
    catalogue.set_viewport_size({"width": width, "height": 900})
    catalogue.emulate_media(color_scheme=scheme)
    expect(offers(catalogue)).to_have_count(2)

    assert violations(catalogue) == set()
    assert catalogue.evaluate("document.documentElement.scrollWidth") <= width
    catalogue.screenshot(path=screenshots / f"catalogue-{width}-{scheme}.png", full_page=True)
