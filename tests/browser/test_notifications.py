"""The local stack's page of notifications in a real browser: the bell, the list, and how one wants to be told."""

import re

import pytest
from playwright.sync_api import expect

from learnstream.documents import LessonKind
from learnstream.documents.notification import TargetKind
from learnstream.services.messaging.notices.news import target
from tests.browser.conftest import sign_in, tab_to, violations
from tests.factories import make_course
from tests.homework import learner_of
from tests.notices import notices, tell_of


@pytest.fixture
def course(owner, api):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def student(course):
    """A learner with three unread notices of the end of a seat in a course."""
    person = learner_of(course, "Sam")
    for name in ("Astronomy", "Baking", "Chess"):
        facts = {"course": name, "ends_at": "2026-12-01T12:00:00+00:00"}
        tell_of(person, facts=facts, target=target(TargetKind.COURSE, course.id))
    return person


@pytest.fixture
def open_page(page, school, student):
    """Return a function that opens the student's page of notifications."""

    def open_page():
        page.goto(f"{school.url}/notifications")
        sign_in(page, student)
        expect(rows(page)).to_have_count(3)
        expect(rows(page).last).to_be_visible()  # with the preferences, which are read at the same time

    return open_page


def rows(page):
    return page.locator("#notices .notice")


def unread(page, number):
    name = f"Notifications, {number} unread" if number else "Notifications"
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_the_bell_counts_on_every_page(page, school, student):
    page.goto(school.url)
    sign_in(page, student)

    unread(page, 3)
    expect(page.locator("#unread")).to_have_text("3")
    assert page.complaints == []


def test_notices_are_read_one_by_one_and_together(page, open_page, student):
    open_page()
    expect(rows(page)).to_have_text([re.compile(name) for name in ("Chess", "Baking", "Astronomy")])
    rows(page).nth(1).get_by_role("button", name=re.compile("^Mark as read: .*Baking")).click()
    expect(page.locator("#unread-count")).to_have_text("Marked as read. 2 unread notifications.")
    expect(rows(page).nth(1)).to_be_focused()
    unread(page, 2)
    page.get_by_label("Only unread ones").check()
    expect(rows(page)).to_have_text([re.compile(name) for name in ("Chess", "Astronomy")])
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("#unread-count")).to_have_text("All are marked as read. 0 unread notifications.")
    expect(page.get_by_text("Nothing here.")).to_be_visible()

    unread(page, 0)
    assert all(each["read_at"] for each in notices(student))
    assert page.complaints == []


def test_a_notice_leads_to_what_it_is_about(page, open_page):
    open_page()
    rows(page).first.get_by_role("link").click()

    expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()


def test_preferences_are_saved(page, open_page, client, student):
    open_page()
    page.get_by_role("checkbox", name="Announcements of my courses and groups: here").uncheck()
    page.get_by_role("combobox", name="Grades are released: by mail").select_option("Daily")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#saved")).to_have_text("Saved.")
    page.reload()

    expect(page.get_by_role("checkbox", name="Announcements of my courses and groups: here")).not_to_be_checked()
    expect(page.get_by_role("combobox", name="Grades are released: by mail")).to_have_value("daily")
    expect(page.get_by_role("row", name=re.compile("Mails fail"))).to_have_count(0)
    found = {
        each["kind"]: each
        for each in client.get("/users/me/notification-preferences", auth=student).json["preferences"]
    }
    assert (found["announcement"]["in_app"], found["grades_released"]["mail"]) == (False, "daily")


def test_preferences_that_were_changed_elsewhere_are_not_overwritten(page, open_page, client, student):
    open_page()
    given = {"preferences": [{"kind": "announcement", "in_app": True, "mail": "never"}]}
    client.put("/users/me/notification-preferences", json=given, auth=student)
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#saved")).to_contain_text("changed")
    found = client.get("/users/me/notification-preferences", auth=student).json["preferences"]
    assert [each["mail"] for each in found if each["kind"] == "announcement"] == ["never"]


def test_notifications_are_read_with_the_keyboard_alone(page, open_page):
    open_page()
    page.get_by_label("Only unread ones").focus()
    tab_to(page, page.get_by_role("button", name="Mark all as read"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Notifications")).to_be_focused()
    tab_to(page, page.get_by_role("region", name="How you are told"), 6)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Save"), 40)
    page.keyboard.press("Enter")

    expect(page.locator("#saved")).to_have_text("Saved.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_notifications_is_accessible(page, open_page, width, scheme, screenshots):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    open_page()
    page.get_by_role("button", name=re.compile("^Mark as read: .*Baking")).click()
    unread(page, 2)

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"notifications-{width}-{scheme}.png", full_page=True)
