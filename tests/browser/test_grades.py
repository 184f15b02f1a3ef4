"""The local stack's page for grades in a real browser: what came of a student's lessons, and how the total came about."""

import re

import pytest
from playwright.sync_api import expect

from devstack.demo.homework import GRADING
from learnstream.documents import LessonKind
from tests.browser.conftest import sign_in, tab_to, violations
from tests.factories import make_course
from tests.grades import excuse, give, put_grading
from tests.homework import learner_of, make_assignment_lesson


@pytest.fixture
def course(owner, api):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def homework(course):
    """Three lessons of homework, of which the last one is a test."""
    found = [make_assignment_lesson(course, title=title) for title in ("The moon", "A planet", "A test")]
    moon, planet, test = found
    lessons = {each.id: {"category_id": "homework"} for each in (moon, planet)} | {test.id: {"category_id": "tests"}}
    put_grading(course, lessons=lessons, **GRADING)
    return found


@pytest.fixture
def student(course, homework):
    """A learner with a grade in one lesson, one that is held in another, and an excuse from the third."""
    person = learner_of(course)
    moon, planet, test = homework
    give(person, course, moon, 8, raw_points=10, late_seconds=7200, penalty=20)
    give(person, course, planet, 2, released=False)
    give(person, course, test, None, **excuse())
    return person


@pytest.fixture
def grades(page, school, student):
    """The page with the student's grades in the course."""
    page.goto(f"{school.url}/grades")
    sign_in(page, student)
    page.get_by_role("link", name="Astronomy").click()
    expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()
    return page


def test_a_student_reads_how_the_total_came_about(grades, screenshots):
    expect(grades.get_by_role("listitem").filter(has_text="Astronomy")).to_have_text(
        "Astronomy80%, B, passed · 2 of 3 lessons marked"
    )
    expect(grades.locator("#explanation li")).to_have_text(
        ["100% of 80% makes 80%.", "That is “B”.", "The course is passed: 50% are needed."]
    )
    expect(grades.get_by_role("row")).to_have_text(
        [
            re.compile("^Lesson"),
            re.compile("^Tests: nothing counts yet"),
            re.compile("^A test.Excused: "),
            "Homework: 8 of 10 points are 80%, with 100% of the weight.",
            "The moon8 of 10Handed in 2 hours late, which takes 20% of 10 points. 8 of 10 points count.",
            re.compile("^A planet.Handed in and not marked yet"),
        ]
    )
    grades.screenshot(path=screenshots / "grades.png", full_page=True)
    grades.get_by_role("link", name="The moon").click()
    expect(grades.get_by_role("heading", name="The moon")).to_be_visible()
    assert grades.complaints == []


def test_grades_are_read_with_the_keyboard_alone(page, school, student):
    page.goto(f"{school.url}/grades")
    sign_in(page, student)
    expect(page.get_by_role("link", name="Astronomy")).to_be_visible()
    page.get_by_role("link", name="Notifications").focus()
    tab_to(page, page.get_by_role("link", name="Astronomy"), 2)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()
    tab_to(page, page.get_by_role("region", name="Grades"))
    tab_to(page, page.get_by_role("link", name="A test"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_grades_is_accessible(grades, width, scheme, screenshots):
    grades.set_viewport_size({"width": width, "height": 1000})
    grades.emulate_media(color_scheme=scheme)

    assert violations(grades) == set()
    assert grades.evaluate("document.documentElement.scrollWidth") <= width
    grades.screenshot(path=screenshots / f"grades-{width}-{scheme}.png", full_page=True)
