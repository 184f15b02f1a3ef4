"""The gradebook in the dashboard, in a real browser: a table of learners and lessons, and how totals came about."""

import re

import pytest
from playwright.sync_api import expect

from devstack.demo.homework import GRADING
from learnstream.documents import LessonKind
from learnstream.services.analytics import rollup
from tests.browser.conftest import tab_to, violations
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.browser.test_dashboard_quizzes import alert, group, tutor
from tests.factories import make_course
from tests.grades import excuse, give, override, put_grading
from tests.homework import learner_of, make_assignment_lesson

# The fixtures of the dashboard's tests.
__all__ = ["group", "require_no_errors", "sign_in", "tutor"]

TITLES = ("The moon", "A planet", "A test")


@pytest.fixture
def course(owner):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def lessons(course):
    found = [make_assignment_lesson(course, title=title) for title in TITLES]
    moon, planet, test = found
    places = {each.id: {"category_id": "homework"} for each in (moon, planet)} | {test.id: {"category_id": "tests"}}
    put_grading(course, lessons=places, **GRADING)
    return found


@pytest.fixture
def learners(course, lessons):
    """Ada with a held grade, Ben with one that staff set, and Cleo, who is excused from one and has handed in another."""
    people = [learner_of(course, name) for name in ("Ada", "Ben", "Cleo")]
    ada, ben, cleo = people
    moon, planet, test = lessons
    give(ada, course, moon, 9)
    give(ada, course, test, 8, released=False)
    give(ben, course, moon, 4, **override(6))
    give(cleo, course, moon, None, **excuse())
    give(cleo, course, planet, None, max_points=None)
    rollup.run(rest=0)
    return people


@pytest.fixture
def gradebook(learners, course):
    return f"/dashboard#/grades/{course.id}"


def table(page):
    return page.get_by_role("table", name="Gradebook")


def total(page, name):
    return page.get_by_role("button", name=f"how the total of {name} came about")


def test_the_gradebook_shows_learners_and_lessons(page, sign_in, require_no_errors, owner, gradebook, screenshots):
    sign_in(owner)
    page.get_by_role("link", name="Gradebook").click()
    heading(page, "Gradebook: Astronomy").to_be_focused()

    expect(table(page).get_by_role("columnheader")).to_have_text(
        ["Learner", "Total", "The moonof 10, Homework", "A planetof 10, Homework", "A testof 10, Tests"]
    )
    expect(table(page).get_by_role("row").filter(has_not=page.get_by_role("columnheader"))).to_have_text(
        [
            re.compile("^Ada.*86%, B9.8held$"),
            re.compile("^Ben.*60%, C6set by staff"),
            re.compile("^Cleo.*Excusedto mark"),
        ]
    )
    page.screenshot(path=screenshots / "dashboard-gradebook.png", full_page=True)


def test_a_total_is_explained(page, sign_in, require_no_errors, owner, gradebook, screenshots):
    sign_in(owner, gradebook)
    total(page, "Ada").click()
    dialog = page.get_by_role("dialog", name="Ada: 86%, B")

    expect(dialog.get_by_role("listitem").nth(2)).to_have_text("40% of 80% and 60% of 90% make 86%.")
    expect(dialog.get_by_role("listitem").first).to_have_text("Tests: 8 of 10 points are 80%, with 40% of the weight.")
    expect(dialog.get_by_role("row").filter(has_text="The moon")).to_have_text(
        "The moonHomework9 of 109 of 10 points count.Change"
    )
    page.screenshot(path=screenshots / "dashboard-total.png")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(total(page, "Ada")).to_be_focused()


def test_a_group_s_staff_see_its_members_alone(page, sign_in, require_no_errors, tutor, group, course, gradebook):
    sign_in(tutor, f"{gradebook}?group={group}")
    heading(page, "Gradebook: Astronomy").to_be_visible()
    expect(page.locator("#as-of")).to_have_text("Only members of Class 7b.")
    expect(table(page).get_by_role("rowheader")).to_have_text([re.compile("^Ben")])
    total(page, "Ben").click()

    expect(page.get_by_role("dialog").get_by_role("row").filter(has_text="The moon")).to_contain_text("set by")
    expect(page.get_by_role("button", name="Change: The moon")).to_have_count(0)


def change(page, lesson, reason, button):
    page.get_by_role("button", name=f"Change: {lesson}").click()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button).click()


def test_a_grade_is_set_a_lesson_excused_and_both_undone(page, sign_in, require_no_errors, owner, gradebook):
    sign_in(owner, gradebook)
    total(page, "Ada").click()
    page.get_by_role("button", name="Change: The moon").click()
    expect(page.get_by_label("Points")).to_be_focused()
    page.get_by_label("Points").fill("5")
    page.get_by_label("Reason").fill("Copied.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ada: 62%, C")).to_be_focused()
    change(page, "A test", "Was ill.", "Excuse the learner")
    expect(page.get_by_role("heading", name="Ada: 50%, C")).to_be_focused()
    page.get_by_role("button", name="Close").click()

    expect(table(page).get_by_role("row").nth(1)).to_have_text(re.compile("^Ada.*50%, C5set by staff.Excused$"))
    total(page, "Ada").click()
    change(page, "A test", "Was not ill.", "Undo the change")
    expect(page.get_by_role("heading", name="Ada: 62%, C")).to_be_focused()
    change(page, "The moon", "Own work.", "Undo the change")
    expect(page.get_by_role("heading", name="Ada: 86%, B")).to_be_focused()


def test_a_change_needs_a_reason_and_points_that_can_be_reached(page, sign_in, owner, gradebook):
    sign_in(owner, gradebook)
    total(page, "Ada").click()
    change(page, "The moon", " ", "Set the points")
    expect(alert(page)).to_have_text("Enter a reason: the learner and other staff see it.")
    page.get_by_label("Points").fill("11")
    page.get_by_label("Reason").fill("Great.")
    page.get_by_role("button", name="Set the points").click()
    expect(alert(page)).to_contain_text("at most 10")
    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("form", name="Change: The moon")).to_have_count(0)


def test_the_group_is_chosen_and_left(page, sign_in, require_no_errors, admin, group, gradebook):
    sign_in(admin, gradebook)
    expect(table(page).get_by_role("row")).to_have_count(4)
    page.get_by_label("Group", exact=True).select_option("Class 7b")
    expect(table(page).get_by_role("row")).to_have_count(2)
    page.get_by_label("Group", exact=True).select_option("All learners")

    expect(table(page).get_by_role("row")).to_have_count(4)
    heading(page, "Gradebook: Astronomy").to_be_focused()


def test_the_gradebook_is_downloaded(page, sign_in, require_no_errors, owner, course, gradebook):
    sign_in(owner, gradebook)
    for name in ("csv", "xlsx"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Download as {name.upper()}: grades").click()
        assert saved.value.suggested_filename == f"grades-{course.id}.{name}"


def test_more_learners_are_read_when_asked_for(page, sign_in, require_no_errors, owner, course, gradebook):
    for number in range(98):
        learner_of(course, f"Learner {number}")
    sign_in(owner, gradebook)
    expect(table(page).get_by_role("row")).to_have_count(101)
    page.get_by_role("button", name="Show more learners").click()

    expect(table(page).get_by_role("row")).to_have_count(102)
    expect(page.get_by_role("region", name="Gradebook")).to_be_focused()


def test_the_gradebook_is_usable_by_keyboard(page, sign_in, require_no_errors, owner, gradebook):
    sign_in(owner, gradebook)
    heading(page, "Gradebook: Astronomy").to_be_focused()
    tab_to(page, page.get_by_role("region", name="Gradebook"), 3)
    tab_to(page, total(page, "Ada"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    tab_to(page, dialog.get_by_role("button", name="Close"), 5)
    page.keyboard.press("Enter")

    expect(total(page, "Ada")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_gradebook_is_accessible(page, sign_in, require_no_errors, owner, gradebook, width, scheme, screenshots):
    def check(name):
        assert violations(page) == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"dashboard-{name}-{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    sign_in(owner, gradebook)
    heading(page, "Gradebook: Astronomy").to_be_focused()
    check("gradebook")
    total(page, "Ada").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check("total")
    page.get_by_role("button", name="Change: The moon").click()
    page.get_by_role("button", name="Set the points").click()
    expect(alert(page)).to_be_visible()
    check("override")


def test_a_course_without_graded_lessons_says_so(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/grades/{course.id}")

    expect(page.get_by_text("The course has no graded lessons.")).to_be_visible()
