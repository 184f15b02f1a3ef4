"""Announcements and reading lists in the dashboard, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.documents.announcement import Announcement
from learnstream.models import Role
from learnstream.services.analytics import rollup
from tests.announcements import announce, announced, make_class
from tests.books import make_book
from tests.browser.conftest import tab_to, violations
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.factories import make_course, make_person, publish
from tests.homework import learner_of

# The fixtures of the dashboard's tests.
__all__ = ["require_no_errors", "sign_in"]

TEXT = "Look for **Venus**.\n\n- Bring a pencil.\n- Dress warmly."


@pytest.fixture
def course(owner):
    course = make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")
    rollup.run(rest=0)
    return course


def form(page):
    return page.get_by_role("form", name="Write an announcement")


def write(page, title="Clear skies", text=TEXT):
    form(page).get_by_label("Title").fill(title)
    form(page).get_by_label("Text (Markdown)").fill(text)


def card(page, title):
    return page.get_by_role("article", name=title)


def said(page, text):
    expect(page.locator("#status")).to_have_text(text)


def stored():
    """Return the titles and states of what is stored, the oldest first."""
    return [(each["title"], each["status"]) for each in Announcement.collection().find().sort("_id", 1)]


def test_an_announcement_is_previewed_and_published(
    page, sign_in, require_no_errors, owner, course, client, screenshots
):
    sign_in(owner)
    page.get_by_role("link", name="Announcements", exact=True).click()
    heading(page, "Announcements: Astronomy").to_be_focused()
    write(page)
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("Venus")
    expect(preview.get_by_role("listitem")).to_have_text(["Bring a pencil.", "Dress warmly."])
    page.screenshot(path=screenshots / "dashboard-announcement.png", full_page=True)
    form(page).get_by_role("button", name="Publish or schedule").click()

    said(page, "The announcement is published.")
    expect(card(page, "Clear skies")).to_contain_text("Published on")
    [shown] = client.get(f"/courses/{course.id}/announcements", auth=learner_of(course)).json
    assert (shown["title"], shown["text"]) == ("Clear skies", TEXT)


def test_a_preview_shows_no_html(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    write(page, text="<img src=x onerror=alert(1)> **<b>bold</b>**")

    expect(page.get_by_role("region", name="Preview")).to_have_text("<img src=x onerror=alert(1)> <b>bold</b>")


def test_an_announcement_is_scheduled_changed_and_published_early(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    write(page)
    later = page.evaluate(
        "() => { const time = new Date(Date.now() + 86400000);"
        "return new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16) }"
    )
    form(page).get_by_label("Publish at").fill(later)
    form(page).get_by_role("button", name="Publish or schedule").click()
    said(page, "The announcement is scheduled.")
    expect(card(page, "Clear skies")).to_contain_text("Will be published on")
    [due] = [each["publish_at"] for each in Announcement.collection().find()]
    assert abs(due.replace(tzinfo=None) - (now() + timedelta(days=1)).replace(tzinfo=None)) < timedelta(minutes=2)
    page.get_by_role("button", name="Change: Clear skies").click()
    change = page.get_by_role("form", name="Change the announcement")
    expect(change.get_by_label("Publish at")).to_have_value(later)
    change.get_by_label("Title").fill("Clouds")
    change.get_by_role("button", name="Save").click()
    said(page, "The announcement is changed.")
    page.get_by_role("button", name="Publish now: Clouds").click()

    said(page, "“Clouds” is published.")
    assert stored() == [("Clouds", "published")]


def test_a_draft_is_kept_and_deleted(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    write(page)
    form(page).get_by_role("button", name="Save as a draft").click()
    said(page, "The announcement is kept as a draft.")
    assert stored() == [("Clear skies", "draft")]
    page.get_by_role("button", name="Delete: Clear skies").click()

    said(page, "“Clear skies” is deleted.")
    assert stored() == []


def test_a_published_announcement_is_corrected_and_withdrawn(page, sign_in, require_no_errors, owner, course, client):
    announced(client, course, owner, title="Clear skis")
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    page.get_by_role("button", name="Change: Clear skis").click()
    change = page.get_by_role("form", name="Change the announcement")
    expect(change.get_by_label("Title")).to_be_focused()
    expect(change.get_by_label("Publish at")).to_have_count(0)
    change.get_by_label("Title").fill("Clear skies")
    change.get_by_role("button", name="Save").click()
    said(page, "The announcement is changed. Nobody is told of it again.")
    expect(card(page, "Clear skies")).to_contain_text(", edited on")
    page.get_by_role("button", name="Withdraw: Clear skies").click()

    said(page, "“Clear skies” is withdrawn.")
    expect(card(page, "Clear skies")).to_contain_text("Withdrawn")
    expect(card(page, "Clear skies").get_by_role("button")).to_have_count(0)


def test_an_announcement_that_was_changed_meanwhile_is_not_overwritten(page, sign_in, owner, course, client):
    written = announce(client, course, owner, title="Clear skies").json
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    page.get_by_role("button", name="Change: Clear skies").click()
    change = page.get_by_role("form", name="Change the announcement")
    expect(change).to_be_visible()
    assert client.patch(f"/announcements/{written['id']}", json={"title": "Rain"}, auth=owner).status_code == 200
    change.get_by_label("Title").fill("Clouds")
    change.get_by_role("button", name="Save").click()

    expect(change.get_by_role("alert")).to_contain_text("changed in the meantime")
    expect(change.get_by_label("Title")).to_have_value("Clouds")
    assert stored() == [("Rain", "draft")]


def test_a_group_s_staff_announce_to_its_members(page, sign_in, require_no_errors, course, client, owner):
    tutor, member = make_person(Role.INSTRUCTOR, "Tess"), learner_of(course)
    group_id = make_class(course, member, staff=tutor)
    sign_in(tutor, f"/dashboard#/groups/{group_id}")
    page.get_by_role("link", name="Announcements to the members").click()
    heading(page, re.compile("^Announcements: ")).to_be_focused()
    write(page)
    form(page).get_by_role("button", name="Publish or schedule").click()

    said(page, "The announcement is published.")
    assert [each["title"] for each in client.get("/users/me/announcements", auth=member).json] == ["Clear skies"]


def test_an_announcement_is_written_by_keyboard(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    heading(page, "Announcements: Astronomy").to_be_focused()
    tab_to(page, form(page).get_by_label("Title"), 2)
    page.keyboard.type("Clear skies")
    tab_to(page, form(page).get_by_label("Text (Markdown)"))
    page.keyboard.type("Tonight.")
    tab_to(page, form(page).get_by_role("button", name="Publish or schedule"), 9)
    page.keyboard.press("Enter")

    said(page, "The announcement is published.")
    heading(page, "Announcements: Astronomy").to_be_focused()
    assert stored() == [("Clear skies", "published")]


def test_the_reading_list_shows_who_has_read_what(page, sign_in, require_no_errors, owner, course, client):
    kosmos, other = (make_book(owner, title=title, authors=["A. Humboldt"]) for title in ("Kosmos", "Somnium"))
    entries = [
        {"book_id": str(kosmos["_id"]), "required": True, "note": "First."},
        {"book_id": str(other["_id"]), "required": False},
    ]
    client.put(f"/courses/{course.id}/reading-list", json={"entries": entries}, auth=owner)
    publish(course)
    ada, _ = learner_of(course, "Ada"), learner_of(course, "Ben")
    assert client.put(f"/courses/{course.id}/reading-list/{kosmos['_id']}/read", auth=ada).status_code == 200
    sign_in(owner, f"/dashboard#/reading/{course.id}")
    heading(page, "Reading list: Astronomy").to_be_focused()

    expect(page.get_by_role("table", name="Books").get_by_role("row")).to_have_text(
        [re.compile("^Book"), "KosmosFirst.A. HumboldtallYes", "SomniumA. HumboldtallNo"]
    )
    expect(page.get_by_role("table", name="Learners").get_by_role("row").filter(has_text="Ada")).to_have_text(
        re.compile("1 of 21 of 1$")
    )
    expect(page.get_by_role("table", name="Learners").get_by_role("row").filter(has_text="Ben")).to_have_text(
        re.compile("0 of 20 of 1$")
    )
    assert violations(page) == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_view_of_announcements_is_accessible(
    page, sign_in, require_no_errors, owner, course, client, width, scheme, screenshots
):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    announced(client, course, owner, title="Clear skies", text=TEXT)
    announce(client, course, owner, title="The Geminids", publish_at=(now() + timedelta(days=3)).isoformat())
    sign_in(owner, f"/dashboard#/announcements/{course.id}")
    heading(page, "Announcements: Astronomy").to_be_focused()
    write(page, "A meeting", "At the **observatory**, at nine.")

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"dashboard-announcements-{width}-{scheme}.png", full_page=True)
