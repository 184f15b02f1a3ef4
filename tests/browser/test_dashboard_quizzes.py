"""Quizzes in the dashboard, in a real browser: results, and marking by hand."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from learnstream.documents import LessonKind
from learnstream.models import Role
from learnstream.services.analytics import quiz_figures, rollup
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.browser.conftest import tab_to
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.factories import make_course, make_person, make_question, make_quiz_lesson
from tests.learning import seat

# The fixtures of the dashboard's tests.
__all__ = ["require_no_errors", "sign_in"]

TEXT = "First, I looked to the east.\n\nThere was <b>Venus</b>, at eight."


@pytest.fixture
def course(owner):
    return make_course(owner, lessons=[{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def fact(course):
    return make_question(course, "true_false", stem="At new moon, the moon is between earth and sun.", correct=True)


@pytest.fixture
def essay(course):
    rubric = "An object, a direction, a time."
    return make_question(course, "essay", stem="What did you see, and in which direction?", rubric=rubric)


@pytest.fixture
def lesson(course, fact, essay):
    settings = {"pass_fraction": 0.5, "attempts_allowed": 2}
    return make_quiz_lesson(course, [(fact, 2), (essay, 3)], title="The moon", **settings)


@pytest.fixture
def hand_in(client, lesson, fact, essay):
    def hand_in(person, right=True, text=TEXT):
        attempt = start(client, person, lesson)
        save(client, person, attempt, given(fact, right, seconds=20), given(essay, text, seconds=20))
        return submit(client, person, attempt)

    return hand_in


@pytest.fixture
def learners(course):
    """Ada, Ben and Cleo, who learn in the course."""
    people = [make_person(name=name) for name in ("Ada", "Ben", "Cleo")]
    for person in people:
        seat(person, course)
    return people


@pytest.fixture
def attempts(client, owner, learners, lesson, essay, hand_in):
    """An attempt of Ada's that has passed, two that wait, of Ben and Cleo, and one of Cleo's in progress."""
    ada, ben, cleo = learners
    made = [hand_in(ada), hand_in(ben, right=False), hand_in(cleo)]
    answer = f"/attempts/{made[0]['id']}/answers/{essay}"
    assert client.patch(answer, json={"points": 2.5}, auth=owner).status_code == 200
    start(client, cleo, lesson)
    rollup.run(rest=0)
    quiz_figures.update()
    return made


@pytest.fixture
def tutor(app):
    return make_person(Role.INSTRUCTOR, "Tom")


@pytest.fixture
def group(admin, tutor, course, learners):
    """A group of the tutor's with Ben alone, which is given the course."""
    group_id = groups.create(by=admin.id, name="Class 7b", code="7b")["id"]
    group_members.add(group_id, [learners[1].id], by=admin.id)
    group_staff.replace(group_id, [tutor.id], by=admin.id)
    group_courses.give(group_id, course.id, by=admin.id)
    db.session.commit()
    return group_id


def tile(page, name):
    return page.locator(".tile").filter(has=page.get_by_text(name, exact=True))


def title_of_answer(page, name):
    return page.get_by_role("heading", level=2, name=name)


def alert(page):
    return page.get_by_role("alert").filter(visible=True)


def mark(page, points, comment=""):
    page.get_by_label("Points").fill(points)
    page.get_by_label("Comment").fill(comment)
    page.get_by_role("button", name="Save and next").click()


def test_a_quiz_shows_its_results(page, sign_in, require_no_errors, owner, attempts, screenshots):
    sign_in(owner)
    page.get_by_role("region", name="Lessons", exact=True).get_by_role("link", name="2. The moon").click()
    heading(page, "The moon").to_be_focused()

    expect(tile(page, "Learners with a result")).to_contain_text("3")
    expect(tile(page, "Passed")).to_contain_text(re.compile("1.*33%"))
    expect(tile(page, "In progress")).to_contain_text("1")
    expect(page.get_by_role("img", name=re.compile("^Distribution of results. .*3 attempts"))).to_be_visible()
    rows = page.get_by_role("table", name="Results by learner").get_by_role("row")
    expect(rows).to_have_text(
        [
            re.compile("Learner"),
            re.compile("^Ada14.5 of 590%4.5 of 590%Yes"),
            re.compile("^Ben10 of 50%0 of 50%Open.*1 to mark$"),
            re.compile("^Cleo22 of 540%2 of 540%Open.*1 to mark, in progress$"),
        ]
    )
    page.screenshot(path=screenshots / "dashboard-quiz.png", full_page=True)


def test_a_quiz_shows_the_figures_of_its_questions(page, sign_in, require_no_errors, owner, lesson, attempts):
    sign_in(owner, f"/dashboard#/lessons/{lesson.id}")
    rows = page.get_by_role("table", name="Questions", exact=True).get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="At new moon")).to_have_text(re.compile("true or false3367%1.0020 s$"))
    expect(rows.filter(has_text="What did you see")).to_have_text(re.compile("essay3383%.20 s$"))
    options = page.get_by_role("table", name="Options of choices").get_by_role("row")
    expect(options.filter(has_text=re.compile("^true", re.IGNORECASE))).to_have_text(re.compile("Yes267%At new moon"))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as CSV: questions").click()

    assert saved.value.suggested_filename == f"quiz-{lesson.id}.csv"
    assert len(saved.value.path().read_text().splitlines()) == 3


def test_answers_are_marked_one_after_the_other(page, sign_in, require_no_errors, owner, course, attempts, client):
    sign_in(owner)
    page.get_by_role("link", name="Mark answers").click()
    heading(page, "Marking: Astronomy").to_be_focused()
    expect(tile(page, "Answers to mark")).to_contain_text("2")
    page.get_by_role("button", name="Mark the oldest answers").click()

    expect(title_of_answer(page, "Ben, attempt 1")).to_be_focused()
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_text("An object, a direction, a time.")).to_be_visible()
    mark(page, "2.25", "Which direction?")
    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()
    expect(page.locator("#status")).to_have_text("Saved: 2.25 of 3 points for Ben.")
    mark(page, "3")

    heading(page, "Marking: Astronomy").to_be_focused()
    expect(page.get_by_text("No answer awaits marking.", exact=True)).to_be_visible()
    shown = client.get(f"/attempts/{attempts[1]['id']}", auth=owner).json
    assert (shown["score"], shown["passed"], shown["awaiting"]) == (2.25, False, 0)
    assert shown["staff"]["marks"][-1]["comment"] == "Which direction?"


def test_the_answers_to_one_question_are_marked(page, sign_in, require_no_errors, owner, course, lesson, attempts):
    sign_in(owner, f"/dashboard#/lessons/{lesson.id}")
    page.get_by_role("link", name="Mark them").click()
    heading(page, "Marking: The moon").to_be_focused()
    row = page.get_by_role("table", name="Questions with answers to mark").get_by_role("row").nth(1)
    expect(row).to_contain_text(re.compile("^What did you see, and in which direction.MarkThe moon20"))
    row.get_by_role("button", name="Mark the answers to: What did you see").click()

    expect(title_of_answer(page, "Ben, attempt 1")).to_be_focused()
    page.get_by_role("button", name="Back to the queue").click()
    heading(page, "Marking: The moon").to_be_focused()
    expect(row).to_contain_text("21")


def test_a_group_s_staff_mark_its_members_alone(page, sign_in, require_no_errors, tutor, group, course, attempts):
    sign_in(tutor)
    page.get_by_role("table", name="Progress of the members").get_by_role("link", name="Astronomy").click()
    page.get_by_role("region", name="Lessons", exact=True).get_by_role("link", name="The moon").click()
    expect(page.get_by_role("table", name="Results by learner").get_by_role("rowheader")).to_have_text(["Ben"])
    expect(page.get_by_role("table", name="Questions", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Mark them").click()
    heading(page, "Marking: The moon").to_be_focused()
    expect(page.locator("#as-of")).to_have_text("Only members of Class 7b.")
    page.get_by_role("button", name="Mark the oldest answers").click()
    mark(page, "1")

    heading(page, "Marking: The moon").to_be_focused()
    expect(page.locator("#status")).to_have_text("Saved: 1 of 3 points for Ben. No other answer awaits marking.")


def test_answers_are_marked_by_keyboard(page, sign_in, require_no_errors, owner, course, attempts):
    sign_in(owner, f"/dashboard#/marking/{course.id}")
    heading(page, "Marking: Astronomy").to_be_focused()
    tab_to(page, page.get_by_role("button", name="Mark the oldest answers"))
    page.keyboard.press("Enter")
    expect(title_of_answer(page, "Ben, attempt 1")).to_be_focused()
    tab_to(page, page.get_by_label("Points"))
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")

    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()
    tab_to(page, page.get_by_label("Points"))
    page.keyboard.type("3")
    tab_to(page, page.get_by_label("Comment"))
    page.keyboard.type("Well seen.")
    page.keyboard.press("Control+Enter")
    heading(page, "Marking: Astronomy").to_be_focused()


def test_wrong_points_are_named_at_their_field(page, sign_in, owner, course, attempts):
    sign_in(owner, f"/dashboard#/marking/{course.id}")
    page.get_by_role("button", name="Mark the oldest answers").click()
    mark(page, "", "To be kept.")
    expect(alert(page)).to_have_text("Enter a number from 0 to 3.")
    expect(page.get_by_label("Points")).to_be_focused()
    mark(page, "3.5", "To be kept.")
    expect(alert(page)).to_have_text("Must be at most 3.")
    expect(page.get_by_label("Points")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Comment")).to_have_value("To be kept.")

    mark(page, "3", "To be kept.")

    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()


def test_an_answer_that_was_marked_meanwhile_is_not_overwritten(page, sign_in, owner, course, essay, attempts, client):
    sign_in(owner, f"/dashboard#/marking/{course.id}")
    page.get_by_role("button", name="Mark the oldest answers").click()
    expect(title_of_answer(page, "Ben, attempt 1")).to_be_focused()
    answer = f"/attempts/{attempts[1]['id']}/answers/{essay}"
    assert client.patch(answer, json={"points": 2}, auth=owner).status_code == 200
    mark(page, "1")

    expect(alert(page)).to_have_text("This answer has been marked in the meantime. Skip it to go on.")
    page.get_by_role("button", name="Skip").click()
    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()


def test_skipped_answers_come_last(page, sign_in, require_no_errors, owner, course, attempts):
    sign_in(owner, f"/dashboard#/marking/{course.id}")
    page.get_by_role("button", name="Mark the oldest answers").click()
    for name in ("Ben", "Cleo", "Ben"):
        expect(title_of_answer(page, f"{name}, attempt 1")).to_be_focused()
        page.get_by_role("button", name="Skip").click()

    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()


def test_what_was_typed_survives_a_lost_connection_and_another_view(page, sign_in, owner, course, attempts):
    sign_in(owner, f"/dashboard#/marking/{course.id}")
    page.get_by_role("button", name="Mark the oldest answers").click()
    expect(title_of_answer(page, "Ben, attempt 1")).to_be_focused()
    page.context.set_offline(True)
    mark(page, "2", "Well seen.")
    expect(alert(page)).to_contain_text("The server cannot be reached.")
    page.context.set_offline(False)
    page.goto(page.url.split("#")[0] + f"#/courses/{course.id}")
    heading(page, "Astronomy").to_be_focused()
    page.go_back()
    page.get_by_role("button", name="Mark the oldest answers").click()

    expect(page.get_by_label("Points")).to_have_value("2")
    expect(page.get_by_label("Comment")).to_have_value("Well seen.")
    page.get_by_role("button", name="Save and next").click()
    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()


def test_a_saved_mark_can_be_changed_while_the_next_answer_is_out_of_reach(
    page, sign_in, owner, course, attempts, client
):
    sign_in(owner, f"/dashboard#/marking/{course.id}")
    page.get_by_role("button", name="Mark the oldest answers").click()
    expect(title_of_answer(page, "Ben, attempt 1")).to_be_focused()
    page.route("**/marking/claim", lambda route: route.abort())
    for points in ("1", "2"):
        mark(page, points)
        expect(alert(page)).to_contain_text("The server cannot be reached.")
    page.unroute("**/marking/claim")
    page.get_by_role("button", name="Save and next").click()

    expect(title_of_answer(page, "Cleo, attempt 1")).to_be_focused()
    assert client.get(f"/attempts/{attempts[1]['id']}", auth=owner).json["score"] == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_views_of_quizzes_are_accessible(
    page, sign_in, require_no_errors, owner, course, lesson, attempts, width, scheme, screenshots
):
    def check(name):
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"dashboard-{name}-{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    sign_in(owner, f"/dashboard#/lessons/{lesson.id}")
    heading(page, "The moon").to_be_visible()
    check("quiz")
    page.get_by_role("link", name="Mark them").click()
    heading(page, "Marking: The moon").to_be_focused()
    check("marking-queue")
    page.get_by_role("button", name="Mark the oldest answers").click()
    mark(page, "")
    expect(alert(page)).to_be_visible()
    check("marking")
    page.goto(page.url.split("#")[0] + f"#/courses/{course.id}")
    heading(page, "Astronomy").to_be_focused()
    check("course-with-quiz")


def test_a_quiz_without_attempts_says_so(page, sign_in, require_no_errors, owner, course, lesson):
    sign_in(owner, f"/dashboard#/lessons/{lesson.id}")
    expect(page.get_by_text("No learner has started an attempt yet.")).to_be_visible()
    page.goto(page.url.split("#")[0] + f"#/marking/{course.id}")

    expect(page.get_by_text("No answer awaits marking.")).to_be_visible()


def test_others_do_not_see_the_marking_of_a_course(page, sign_in, tutor, course, attempts):
    sign_in(tutor, f"/dashboard#/marking/{course.id}")

    expect(alert(page)).to_contain_text("course")
    expect(page.get_by_role("button", name="Mark the oldest answers")).to_have_count(0)
