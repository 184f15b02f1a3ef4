"""Homework in the dashboard, in a real browser: what was handed in, and marking by rubric."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from devstack.demo import homework as demo
from learnstream.clock import now
from learnstream.documents import LessonKind, Submission
from learnstream.services.analytics import rollup
from tests.browser.conftest import tab_to, violations
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.browser.test_dashboard_quizzes import alert, group, tutor
from tests.factories import make_course
from tests.files import make_document_with_bytes
from tests.homework import learner_of, make_assignment_lesson
from tests.pictures import photo

# The fixtures of the dashboard's tests.
__all__ = ["group", "require_no_errors", "sign_in", "tutor"]

LEVELS = {"evenings": "some", "drawing": "shape", "explanation": "right"}  # 7 points


@pytest.fixture
def course(owner):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def make_homework(course):
    """Return a function that publishes the demo's homework with a rubric, which was due an hour ago."""

    def make_homework(**settings):
        due = {"due": {"at": (now() - timedelta(hours=1)).isoformat()}}
        return make_assignment_lesson(course, title="The moon", **demo.SETTINGS[demo.MOON] | due | settings)

    return make_homework


@pytest.fixture
def lesson(make_homework):
    return make_homework()


@pytest.fixture
def learners(course):
    """Ada, Ben and Cleo, who learn in the course."""
    return [learner_of(course, name) for name in ("Ada", "Ben", "Cleo")]


@pytest.fixture
def hand_in(client):
    """Return a function that hands something in, and returns the id of the submission."""

    def hand_in(person, lesson, **content):
        path = f"/lessons/{lesson.id}/submission"
        assert client.put(path, json=content, auth=person).status_code == 200
        return client.post(f"{path}/submit", auth=person).json["id"]

    return hand_in


@pytest.fixture
def submissions(hand_in, learners, lesson):
    """The ids of what all three have handed in, an hour late."""
    made = [hand_in(person, lesson, text=f"{demo.SHORT_DIARY} {person.name}") for person in learners]
    rollup.run(rest=0)
    return made


@pytest.fixture
def queue(submissions, course):
    return f"/dashboard#/homework/{course.id}"


def title(page, name):
    return expect(page.get_by_role("heading", level=2, name=name))


def said(page, text):
    expect(page.locator("#status")).to_have_text(text)


def begin(page):
    page.get_by_role("button", name="Mark the oldest submission").click()
    title(page, "Ada, number 1").to_be_focused()


def choose(page, *levels):
    for level in levels:
        page.get_by_role("radio", name=re.compile(rf"^{level} \(")).check()


def mark(page):
    choose(page, "Three to five", "The shape of the bright part", "Right")
    page.get_by_role("button", name="Save and next").click()


def rows(page):
    return page.get_by_role("table", name="Submissions").get_by_role("row")


def put_grade(client, owner, submission_id, **grade):
    assert client.put(f"/submissions/{submission_id}/grade", json=grade, auth=owner).status_code == 200


def test_submissions_are_marked_one_after_the_other(
    page, sign_in, require_no_errors, owner, course, lesson, submissions, screenshots
):
    sign_in(owner)
    page.get_by_role("link", name="Homework", exact=True).click()
    heading(page, "Homework: Astronomy").to_be_focused()
    expect(page.get_by_role("row").filter(has_text="The moon")).to_have_text(re.compile("^The moonMark30"))
    page.screenshot(path=screenshots / "dashboard-homework-queue.png", full_page=True)
    begin(page)
    expect(page.get_by_text("I saw the moon on Monday")).to_be_visible()
    choose(page, "Three to five", "The shape of the bright part", "Right")
    expect(page.locator(".sum")).to_have_text("7 of 10 points")
    page.get_by_label("Comment to the learner").fill("Where was the shadow?")
    page.get_by_label("Note for the staff").fill("Ask at home.")
    page.get_by_role("button", name="Save and next").click()

    title(page, "Ben, number 1").to_be_focused()
    said(page, "Saved: 6.3 of 10 points for Ada.")
    mark(page)
    title(page, "Cleo, number 1").to_be_focused()
    mark(page)
    heading(page, "Homework: Astronomy").to_be_focused()
    said(page, "Saved: 6.3 of 10 points for Cleo. No other submission awaits marking.")
    stored = Submission.collection().find_one({"number": 1})["grade"]
    assert (stored["levels"], stored["comment"], stored["private_note"]) == (
        LEVELS,
        "Where was the shadow?",
        "Ask at home.",
    )


def test_all_submissions_of_an_assignment_are_listed(
    page, sign_in, require_no_errors, owner, queue, submissions, client, screenshots
):
    put_grade(client, owner, submissions[0], levels=LEVELS)
    client.post(f"/submissions/{submissions[1]}/return", json={"comment": "Which evening?"}, auth=owner)
    sign_in(owner, queue)
    page.get_by_role("link", name="The moon").click()
    heading(page, "Homework: The moon").to_be_focused()

    expect(rows(page)).to_have_text(
        [
            re.compile("^Learner"),
            re.compile("^Cleo1.*To mark"),
            re.compile("^Ben1.*Returned"),
            re.compile("^Ada1.*6.3 of 107 before latenessGraded, not released"),
        ]
    )
    page.screenshot(path=screenshots / "dashboard-homework.png", full_page=True)


def test_held_grades_are_released_after_asking(
    page, sign_in, require_no_errors, owner, course, lesson, submissions, client, learners
):
    for each in submissions[:2]:
        put_grade(client, owner, each, levels=LEVELS)
    sign_in(owner, f"/dashboard#/homework/{course.id}/{lesson.id}")
    page.get_by_role("button", name="Release 2 grades").click()
    expect(page.get_by_role("heading", name="Release 2 grades?")).to_be_visible()
    page.keyboard.press("Escape")
    assert client.get(f"/lessons/{lesson.id}/submission", auth=learners[0]).json["submissions"][0]["grade"] is None
    page.get_by_role("button", name="Release 2 grades").click()
    page.get_by_role("button", name="Release", exact=True).click()

    said(page, "2 grades were released.")
    expect(rows(page).filter(has_text="Released")).to_have_count(2)
    expect(page.get_by_role("button", name="Release 2 grades")).to_have_count(0)
    assert (
        client.get(f"/lessons/{lesson.id}/submission", auth=learners[0]).json["submissions"][0]["grade"]["points"]
        == 6.3
    )


def test_held_grades_of_earlier_submissions_are_released_too(
    page, sign_in, require_no_errors, owner, course, lesson, submissions, client, learners, hand_in
):
    put_grade(client, owner, submissions[0], levels=LEVELS)
    hand_in(learners[0], lesson, text="Once more.")
    sign_in(owner, f"/dashboard#/homework/{course.id}/{lesson.id}")
    page.get_by_role("button", name="Release 1 grade").click()
    page.get_by_role("button", name="Release", exact=True).click()

    said(page, "1 grade was released.")
    earlier = client.get(f"/lessons/{lesson.id}/submission", auth=learners[0]).json["submissions"][1]
    assert earlier["grade"]["points"] == 6.3


def test_a_grade_is_changed_and_the_earlier_one_shown(
    page, sign_in, require_no_errors, owner, course, lesson, submissions, client
):
    put_grade(client, owner, submissions[0], levels=LEVELS, comment="Fine.")
    sign_in(owner, f"/dashboard#/homework/{course.id}/{lesson.id}")
    page.get_by_role("link", name="Ada").click()
    heading(page, "Submission").to_be_focused()
    title(page, "Ada, number 1").to_be_visible()
    expect(page.get_by_role("radio", name="Three to five")).to_be_checked()
    expect(page.get_by_label("Comment to the learner")).to_have_value("Fine.")
    choose(page, "Six or seven")
    page.get_by_role("button", name="Save", exact=True).click()

    said(page, "Saved: 8.1 of 10 points for Ada.")
    page.get_by_text("Earlier results").click()
    expect(page.get_by_role("listitem").filter(has_text="before that 7 points")).to_be_visible()


def test_a_submission_is_returned_with_what_is_to_be_done(
    page, sign_in, require_no_errors, owner, queue, client, lesson, learners
):
    sign_in(owner, queue)
    begin(page)
    page.get_by_text("Return it to the learner").click()
    page.get_by_label("What is to be done").fill("Which evening?")
    page.get_by_role("button", name="Return", exact=True).click()

    title(page, "Ben, number 1").to_be_focused()
    said(page, "Returned to Ada.")
    own = client.get(f"/lessons/{lesson.id}/submission", auth=learners[0]).json
    assert (own["submissions"][0]["return_comment"], own["may_submit"]) == ("Which evening?", True)


def test_files_are_shown_beside_the_rubric(page, sign_in, require_no_errors, owner, course, lesson, learners, hand_in):
    picture = {"purpose": "submission", "type": "image/jpeg", "name": "moon.jpg"}
    notes = {"purpose": "submission", "type": "text/csv", "name": "notes.csv"}
    files = [
        make_document_with_bytes(learners[0], photo("phone.jpg"), pages=None, **picture),
        make_document_with_bytes(learners[0], demo.NOTES, pages=None, **notes),
    ]
    hand_in(learners[0], lesson, text="See there.", file_ids=files)
    sign_in(owner, f"/dashboard#/homework/{course.id}")
    begin(page)

    shown = page.get_by_alt_text("moon.jpg")
    expect(shown).to_be_visible()
    assert shown.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 0
    with page.expect_download() as saved:
        page.get_by_role("button", name="notes.csv").click()
    assert saved.value.path().read_bytes() == demo.NOTES


def test_a_missing_level_is_asked_for(page, sign_in, owner, queue):
    sign_in(owner, queue)
    begin(page)
    choose(page, "Three to five")
    page.get_by_label("Comment to the learner").fill("To be kept.")
    page.get_by_role("button", name="Save and next").click()

    expect(alert(page)).to_have_text("Choose a level of “Drawing”.")
    expect(page.get_by_role("radio", name="Nothing drawn")).to_be_focused()
    expect(page.get_by_label("Comment to the learner")).to_have_value("To be kept.")


def test_points_are_given_without_a_rubric(page, sign_in, owner, course, make_homework, learners, hand_in):
    lesson = make_homework(rubric=[])
    hand_in(learners[0], lesson, text="A sickle.")
    sign_in(owner, f"/dashboard#/homework/{course.id}")
    begin(page)
    page.get_by_role("button", name="Save and next").click()
    expect(alert(page)).to_have_text("Enter a number from 0 to 10.")
    page.get_by_label("Points").fill("10.5")
    page.get_by_role("button", name="Save and next").click()
    expect(alert(page)).to_contain_text("Must be at most 10.")
    page.get_by_label("Points").fill("8.5")
    page.get_by_role("button", name="Save and next").click()

    said(page, "Saved: 7.65 of 10 points for Ada. No other submission awaits marking.")


def test_a_submission_that_was_graded_meanwhile_is_not_overwritten(page, sign_in, owner, queue, client, submissions):
    sign_in(owner, queue)
    begin(page)
    put_grade(client, owner, submissions[0], levels=LEVELS | {"evenings": "all"})
    mark(page)

    expect(alert(page)).to_have_text("This submission has been changed in the meantime. Skip it to go on.")
    page.get_by_role("button", name="Skip").click()
    title(page, "Ben, number 1").to_be_focused()


def test_submissions_that_others_have_claimed_are_left_to_them(page, sign_in, owner, queue, client, admin, submissions):
    for each in submissions[:2]:
        assert client.post(f"/submissions/{each}/claim", auth=admin).status_code == 200
    sign_in(owner, queue)
    page.get_by_role("button", name="Mark the oldest submission").click()

    title(page, "Cleo, number 1").to_be_focused()
    page.get_by_role("button", name="Back to the homework").click()
    heading(page, "Homework: Astronomy").to_be_focused()
    expect(page.get_by_role("row").filter(has_text="The moon")).to_have_text(re.compile("^The moonMark32"))


def test_what_was_chosen_survives_a_lost_connection_and_another_view(page, sign_in, owner, course, queue):
    sign_in(owner, queue)
    begin(page)
    page.context.set_offline(True)
    page.get_by_label("Comment to the learner").fill("Well seen.")
    mark(page)
    expect(alert(page)).to_contain_text("The server cannot be reached.")
    page.context.set_offline(False)
    page.goto(page.url.split("#")[0] + f"#/courses/{course.id}")
    heading(page, "Astronomy").to_be_focused()
    page.go_back()
    begin(page)

    expect(page.get_by_role("radio", name="Three to five")).to_be_checked()
    expect(page.get_by_label("Comment to the learner")).to_have_value("Well seen.")
    page.get_by_role("button", name="Save and next").click()
    title(page, "Ben, number 1").to_be_focused()


def test_a_group_s_staff_mark_its_members_alone(page, sign_in, require_no_errors, tutor, group, course, submissions):
    sign_in(tutor, f"/dashboard#/homework/{course.id}?group={group}")
    heading(page, "Homework: Astronomy").to_be_visible()
    expect(page.locator("#as-of")).to_have_text("Only members of Class 7b.")
    page.get_by_role("button", name="Mark the oldest submission").click()
    title(page, "Ben, number 1").to_be_focused()
    mark(page)
    said(page, "Saved: 6.3 of 10 points for Ben. No other submission awaits marking.")
    page.get_by_role("link", name="The moon").click()

    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("button", name=re.compile("^Release"))).to_have_count(0)


def test_anonymous_submissions_show_no_names(
    page, sign_in, require_no_errors, owner, course, make_homework, learners, hand_in
):
    lesson = make_homework(anonymous=True)
    hand_in(learners[0], lesson, text="A sickle.")
    sign_in(owner, f"/dashboard#/homework/{course.id}/{lesson.id}")
    expect(rows(page).nth(1)).to_have_text(re.compile("^Learner [0-9A-F]{4}-[0-9A-F]{4}1"))
    page.get_by_role("button", name="Mark the oldest submission").click()

    expect(page.get_by_role("heading", level=2, name=re.compile("^Learner .*, number 1"))).to_be_focused()
    expect(page.get_by_text("Ada")).to_have_count(0)


def test_submissions_are_marked_by_keyboard(page, sign_in, require_no_errors, owner, queue):
    sign_in(owner, queue)
    heading(page, "Homework: Astronomy").to_be_focused()
    tab_to(page, page.get_by_role("button", name="Mark the oldest submission"))
    page.keyboard.press("Enter")
    title(page, "Ada, number 1").to_be_focused()
    tab_to(page, page.get_by_role("radio", name="One or two"), 2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Three to five")).to_be_checked()
    tab_to(page, page.get_by_role("radio", name="Nothing drawn"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("radio", name="None"))
    page.keyboard.press("Space")
    expect(page.locator(".sum")).to_have_text("3 of 10 points")
    tab_to(page, page.get_by_label("Comment to the learner"))
    page.keyboard.type("Look again.")
    page.keyboard.press("Control+Enter")

    title(page, "Ben, number 1").to_be_focused()


def test_submissions_are_downloaded(page, sign_in, require_no_errors, owner, course, lesson, submissions):
    sign_in(owner, f"/dashboard#/homework/{course.id}/{lesson.id}")
    for name in ("ZIP", "CSV", "XLSX"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Download as {name}: ").click()
        assert saved.value.suggested_filename.endswith(f".{name.lower()}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_views_of_homework_are_accessible(
    page, sign_in, require_no_errors, owner, course, lesson, queue, submissions, client, width, scheme, screenshots
):
    def check(name):
        assert violations(page) == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"dashboard-{name}-{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    put_grade(client, owner, submissions[2], levels=LEVELS, comment="Well seen.")
    sign_in(owner, queue)
    heading(page, "Homework: Astronomy").to_be_focused()
    check("homework-queue")
    begin(page)
    mark_partly(page)
    check("submission")
    page.goto(page.url.split("#")[0] + f"#/homework/{course.id}/{lesson.id}")
    heading(page, "Homework: The moon").to_be_focused()
    check("homework")
    page.get_by_role("button", name="Release 1 grade").click()
    expect(page.get_by_role("heading", name="Release 1 grade?")).to_be_visible()
    check("release")


def mark_partly(page):
    choose(page, "Three to five", "The shape of the bright part")
    page.get_by_role("button", name="Save and next").click()
    expect(alert(page)).to_be_visible()


def test_a_course_without_homework_says_so(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/homework/{course.id}")

    expect(page.get_by_text("The course has no homework.")).to_be_visible()


def test_others_do_not_see_the_homework_of_a_course(page, sign_in, tutor, queue):
    sign_in(tutor, queue)

    expect(alert(page)).to_contain_text("course")
    expect(page.get_by_role("button", name="Mark the oldest submission")).to_have_count(0)
