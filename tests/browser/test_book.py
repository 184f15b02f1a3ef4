"""The local stack's page of books in a real browser: the list, one of them, and its reviews."""

import re

import pytest
from playwright.sync_api import expect

from tests.books import make_book
from tests.browser.conftest import sign_in, violations


@pytest.fixture
def book(owner, api):
    make_book(owner, title="Somnium", authors=["Johannes Kepler"])
    return make_book(
        owner, title="Kosmos", authors=["Alexander von Humboldt"], description="The *whole* world.", page_count=512
    )


@pytest.fixture
def open_books(page, school, book):
    """Return a function that opens the list of books, by a person or as a guest."""

    def open_books(person=None):
        page.goto(f"{school.url}/book")
        if person:
            sign_in(page, person)
            expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#books li")).to_have_text(["KosmosAlexander von Humboldt", "SomniumJohannes Kepler"])
        page.get_by_role("link", name="Kosmos").click()
        expect(page.get_by_role("heading", name="Kosmos")).to_be_focused()

    return open_books


def test_guests_read_of_a_book(page, open_books):
    open_books()

    expect(page.locator("#about")).to_have_text(re.compile("^Alexander von Humboldt · 512 pages"))
    expect(page.locator("#description em")).to_have_text("whole")
    expect(page.get_by_text("Nobody has written a review yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Save the review")).to_be_hidden()
    assert page.complaints == []


def test_a_reader_reviews_a_book(page, open_books, learner):
    open_books(learner)
    page.get_by_role("radio", name="4", exact=True).check()
    page.get_by_label("What you thought").fill("Long, and worth it.")
    page.get_by_role("button", name="Save the review").click()

    expect(page.locator("#mean")).to_have_text("4.0 of 5 stars, 1 review")
    expect(page.locator("#reviews .review")).to_contain_text("Long, and worth it.")
    page.reload()
    expect(page.locator("#books li").first).to_contain_text("4.0 of 5 stars, 1 review")


def test_who_added_a_book_is_not_asked_for_a_review(page, open_books, owner):
    open_books(owner)

    expect(page.get_by_role("button", name="Save the review")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_books_is_accessible(page, open_books, learner, width, scheme, screenshots):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    open_books(learner)
    expect(page.get_by_role("button", name="Save the review")).to_be_visible()

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"book-{width}-{scheme}.png", full_page=True)
