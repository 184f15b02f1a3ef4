"""Groups in the dashboard, in a real browser: their own page, and figures of a group's members alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from learnstream.models import Enrollment, Role
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db
from tests.browser.test_dashboard import activity, course, heading, owner, require_no_errors, sign_in, stage
from tests.factories import make_course, make_person

# The fixtures of the dashboard's tests.
__all__ = ["activity", "course", "owner", "require_no_errors", "sign_in", "stage"]


@pytest.fixture
def tutor(app):
    return make_person(Role.INSTRUCTOR, "Tom")


@pytest.fixture
def group(admin, tutor, owner, course, activity):
    """A group of the tutor's with twelve of the learners, which is given the course and one that nobody has begun."""
    group_id = groups.create(by=admin.id, name="Class 7b", code="7b")["id"]
    in_course = db.session.query(Enrollment.user_id).filter_by(course_id=course.id).order_by(Enrollment.id)
    group_members.add(group_id, [user_id for (user_id,) in in_course.limit(12)], by=admin.id)
    group_staff.replace(group_id, [tutor.id], by=admin.id)
    for given in (course, make_course(owner, title="Botany")):
        group_courses.give(group_id, given.id, by=admin.id)
    db.session.commit()
    return group_id


def table(page):
    return page.get_by_role("table", name="Progress of the members")


def test_staff_who_teach_no_course_see_their_group_s_page(page, sign_in, require_no_errors, tutor, group, screenshots):
    sign_in(tutor)

    heading(page, "Class 7b").to_be_visible()
    expect(table(page).get_by_role("row")).to_have_count(13)
    expect(table(page).get_by_role("columnheader")).to_have_text(["Member", "Astronomy", "Botany"])
    first = table(page).get_by_role("row").nth(1)
    expect(first.get_by_role("rowheader")).to_contain_text("@example.com")
    expect(first.get_by_role("cell").first).to_have_text(re.compile(r"^\d+%\d+ \w+ \d{4}$"))
    expect(first.get_by_role("cell").last).to_have_text("0%not active yet")
    expect(page.get_by_label("From", exact=True)).to_be_hidden()
    page.screenshot(path=screenshots / "dashboard-group.png", full_page=True)


def test_a_course_and_its_lessons_show_the_members_alone(page, sign_in, require_no_errors, tutor, group, screenshots):
    sign_in(tutor)
    table(page).get_by_role("link", name="Astronomy").click()
    heading(page, "Astronomy").to_be_focused()
    expect(page.locator(".tile").first).to_contain_text("12")
    expect(page.locator("#as-of")).to_contain_text("Only members of Class 7b.")
    page.screenshot(path=screenshots / "dashboard-group-course.png", full_page=True)

    page.get_by_role("region", name="Lessons", exact=True).get_by_role("link", name="1. Welcome").click()
    heading(page, "Welcome to the night sky").to_be_focused()
    expect(page.locator("#as-of")).to_contain_text("Only members of Class 7b.")
    trail = page.get_by_role("navigation", name="Breadcrumb").get_by_role("link")
    expect(trail).to_have_text(["Class 7b", "Astronomy"])

    trail.first.click()
    heading(page, "Class 7b").to_be_focused()


def test_an_administrator_filters_a_course_by_group_and_back(page, sign_in, require_no_errors, admin, group):
    sign_in(admin)
    page.get_by_label("Course").select_option("Astronomy")
    heading(page, "Astronomy").to_be_visible()
    expect(page.locator(".tile").first).to_contain_text("36")

    page.get_by_label("Group", exact=True).select_option("Class 7b")
    expect(page.locator(".tile").first).to_contain_text("12")
    page.reload()
    expect(page.locator(".tile").first).to_contain_text("12")
    page.get_by_label("Group", exact=True).select_option("All learners")
    expect(page.locator(".tile").first).to_contain_text("36")

    page.get_by_label("Group", exact=True).select_option("Class 7b")
    page.get_by_label("Course").select_option("All courses of the group")
    heading(page, "Class 7b").to_be_visible()


def test_the_figures_of_a_group_are_downloaded(page, sign_in, require_no_errors, tutor, group, course):
    sign_in(tutor)
    for name in ("csv", "xlsx"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Download as {name.upper()}: progress").click()
        assert saved.value.suggested_filename == f"group-{group}.{name}"
    table(page).get_by_role("link", name="Astronomy").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as CSV: funnel").click()

    assert int(saved.value.path().read_text().splitlines()[1].split(",")[-3]) <= 12


def test_more_members_are_read_when_asked_for(page, sign_in, require_no_errors, tutor, admin, group):
    group_members.add(group, [make_person(name=f"Member {number}").id for number in range(100)], by=admin.id)
    db.session.commit()
    sign_in(tutor)
    expect(table(page).get_by_role("row")).to_have_count(101)

    more = page.get_by_role("button", name="Show more members")
    more.focus()
    page.keyboard.press("Enter")

    expect(table(page).get_by_role("row")).to_have_count(113)
    expect(page.get_by_role("region", name="Progress of the members")).to_be_focused()
    expect(more).to_have_count(0)


def test_a_group_s_page_is_usable_by_keyboard(page, sign_in, require_no_errors, tutor, group):
    sign_in(tutor)
    heading(page, "Class 7b").to_be_focused()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Astronomy":
            break
    page.keyboard.press("Enter")

    heading(page, "Astronomy").to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_views_of_a_group_are_accessible(
    page, sign_in, require_no_errors, tutor, group, width, scheme, screenshots
):
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    sign_in(tutor)
    heading(page, "Class 7b").to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"dashboard-group-{width}-{scheme}.png", full_page=True)

    table(page).get_by_role("link", name="Astronomy").click()
    heading(page, "Astronomy").to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_groups_without_members_or_courses_say_so(page, sign_in, require_no_errors, admin, learner):
    empty = groups.create(by=admin.id, name="Empty", code="e")["id"]
    without_courses = groups.create(by=admin.id, name="New", code="n")["id"]
    group_members.add(without_courses, [learner.id], by=admin.id)
    db.session.commit()
    sign_in(admin, f"/dashboard#/groups/{empty}")
    expect(page.get_by_text("The group has no members.")).to_be_visible()

    page.get_by_label("Group", exact=True).select_option("New")

    expect(page.get_by_text("The group is given no courses.")).to_be_visible()


def test_a_group_of_others_is_not_found(page, sign_in, owner, group):
    sign_in(owner, f"/dashboard#/groups/{group}")

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("The group does not exist.")
    expect(page.get_by_label("Group", exact=True)).to_be_hidden()
