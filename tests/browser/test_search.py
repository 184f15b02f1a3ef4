"""The local stack's search page in a real browser: suggestions by keyboard, and what was found."""

import re

import pytest
from playwright.sync_api import expect

from learnstream.documents import LessonKind
from learnstream.services.search import index
from tests.books import make_book
from tests.browser.conftest import tab_to, violations
from tests.factories import make_course

SUGGESTIONS = "Suggestions"


@pytest.fixture
def school_with_moons(owner, api):
    """A course about the moon with a lesson about it, and a book about it."""
    lessons = [{"title": "Moonrise", "kind": LessonKind.TEXT}, {"title": "Eclipses", "kind": LessonKind.TEXT}]
    course = make_course(owner, lessons, title="Moon and stars", summary="What <b>moves</b> up there.")
    make_book(owner, title="The First Men in the Moon", authors=["H. G. Wells"])
    index.catch_up()
    return course


@pytest.fixture
def search(page, school, school_with_moons):
    page.goto(f"{school.url}/search")
    field = page.get_by_role("combobox", name="Courses, lessons and books")
    expect(field).to_be_focused()
    return field


def options(page):
    return page.get_by_role("listbox", name=SUGGESTIONS).get_by_role("option")


def hits(page):
    return page.get_by_role("list", name="Results").get_by_role("listitem")


def test_guests_find_courses_lessons_and_books(page, search, school_with_moons, screenshots):
    search.fill("moon")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("3 results.")
    expect(hits(page)).to_have_count(3)
    expect(hits(page).filter(has_text="lesson · Moon and stars").get_by_role("link")).to_have_text("Moonrise")
    page.get_by_label("Kind").select_option("Books")
    expect(hits(page)).to_have_text([re.compile("The First Men in the Moon")])
    hits(page).get_by_role("link").click()
    expect(page.get_by_role("heading", name="The First Men in the Moon")).to_be_focused()
    page.go_back()

    expect(hits(page)).to_have_count(1)
    expect(search).to_have_value("moon")
    assert page.complaints == []


def test_what_matched_is_marked_and_no_html(page, search):
    search.fill("moves")
    page.keyboard.press("Enter")

    expect(hits(page).locator("mark")).to_have_text(["moves"])
    expect(hits(page).first).to_contain_text("<b>moves</b> up there.")


def test_suggestions_are_chosen_with_the_keyboard(page, search):
    page.keyboard.type("moo")
    expect(options(page)).to_have_count(3)
    expect(search).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#found")).to_have_text("3 suggestions. Choose with the arrow keys.")
    page.keyboard.press("ArrowDown")
    first = options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    page.keyboard.press("ArrowUp")
    last = options(page).last
    expect(last).to_have_attribute("aria-selected", "true")
    wanted = last.text_content()
    page.keyboard.press("Enter")

    expect(search).to_have_value(wanted)
    expect(search).to_be_focused()
    expect(options(page)).to_have_count(0)
    expect(hits(page).first.get_by_role("link")).to_have_text(wanted)


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(page, search):
    page.keyboard.type("moo")
    expect(options(page)).to_have_count(3)
    page.keyboard.press("Escape")

    expect(options(page)).to_have_count(0)
    expect(search).to_have_attribute("aria-expanded", "false")
    expect(search).to_have_value("moo")


def test_tab_leaves_the_suggestions(page, search):
    page.keyboard.type("moo")
    expect(options(page)).to_have_count(3)
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_label("Kind"))

    expect(options(page)).to_have_count(0)
    expect(search).to_have_value("moo")


def test_a_suggestion_is_chosen_with_the_mouse(page, search):
    page.keyboard.type("moonr")
    options(page).filter(has_text="Moonrise").click()

    expect(search).to_have_value("Moonrise")
    expect(search).to_be_focused()
    expect(hits(page).first).to_contain_text("Moonrise")


def test_late_answers_of_earlier_letters_are_ignored(page, search):
    release = []
    page.route("**/search/suggest?q=m", lambda route: release.append(route))
    with page.expect_request("**/search/suggest?q=m"):
        page.keyboard.type("m")
    page.keyboard.type("oonr")
    expect(options(page)).to_have_text(["Moonrise"])
    with page.expect_response("**/search/suggest?q=m"):
        release[0].continue_()

    expect(options(page)).to_have_text(["Moonrise"])


def test_nothing_found_is_said(page, search):
    search.fill("zebra")
    page.keyboard.press("Enter")

    expect(page.locator("#found")).to_have_text("No results.")
    expect(page.get_by_text("Nothing was found.")).to_be_visible()


def test_what_cannot_be_searched_for_is_explained(page, search):
    search.fill(" ".join("abcdefghijklmnop"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert").first).not_to_be_empty()
    expect(hits(page)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_search_page_is_accessible(page, search, width, scheme, screenshots):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    search.fill("moon")
    page.keyboard.press("Enter")
    expect(hits(page)).to_have_count(3)
    search.press_sequentially("r")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"search-{width}-{scheme}.png", full_page=True)
