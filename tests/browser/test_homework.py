"""The local stack's page for homework in a real browser: a student writes, saves, hands in, and reads what came of it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from devstack.demo import homework as demo
from learnstream.clock import now
from learnstream.documents import LessonKind, Submission
from learnstream.services.accounts import sessions
from learnstream.stores.sql import db
from tests.browser.conftest import files_processed, sign_in, tab_to, violations, wait_for
from tests.factories import make_course, publish
from tests.files import make_document_with_bytes
from tests.homework import learner_of, make_assignment_lesson, put_assignment

SMALL, LARGE = 390, 1280
AWAY = "The network is away."
NOTES = {"name": "notes.csv", "mimeType": "text/csv", "buffer": demo.NOTES}


@pytest.fixture
def worker(app, api):
    with files_processed(app):
        yield


@pytest.fixture
def course(owner, api):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def student(course):
    return learner_of(course)


@pytest.fixture
def make_homework(course):
    """Return a function that publishes the demo's homework with a rubric, as far as it is not given otherwise."""

    def make_homework(**settings):
        due = {"due": hours(24)}
        return make_assignment_lesson(course, title="The moon", **demo.SETTINGS[demo.MOON] | due | settings)

    return make_homework


@pytest.fixture
def open_page(page, school, student):
    """Return a function that has the student open the page of a homework."""

    def open_page(lesson):
        page.goto(f"{school.url}/homework")
        sign_in(page, student)
        page.get_by_role("link", name=lesson.title, exact=True).click()
        expect(page.get_by_role("heading", name=lesson.title)).to_be_visible()

    return open_page


def hours(number):
    """Return the instant that is so many hours from now, in settings of assignments."""
    return {"at": (now() + timedelta(hours=number)).isoformat()}


def text(page):
    return page.get_by_role("textbox", name="Text")


def stored():
    """Return the texts and states that are stored, in the order of their numbers."""
    return [(each.get("text"), each["state"]) for each in Submission.collection().find().sort("number", 1)]


def saved(page):
    return expect(page.locator("#saved")).to_have_text("Everything is saved.")


def hand_in(page):
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#receipt")).to_contain_text("Handed in as number ")


def grade(client, owner, lesson, **grade):
    """Grade the latest submission in a lesson, and release the grade."""
    [found] = client.get(f"/lessons/{lesson.id}/submissions", auth=owner).json
    assert client.put(f"/submissions/{found['id']}/grade", json=grade, auth=owner).status_code == 200
    assert client.post(f"/lessons/{lesson.id}/grades/release", json={}, auth=owner).status_code == 200


def test_a_student_hands_in_a_text_and_a_file(page, worker, open_page, make_homework, screenshots):
    open_page(make_homework())
    expect(page.get_by_role("listitem").filter(has_text="Say in a few sentences why")).to_be_visible()
    text(page).fill(demo.DIARY)
    page.get_by_label("Add a file").set_input_files(NOTES)
    expect(page.locator("#file-state")).to_have_text("Added: notes.csv")
    saved(page)
    page.reload()
    expect(text(page)).to_have_value(demo.DIARY)
    expect(page.get_by_role("button", name="notes.csv, 1 kB")).to_be_visible()
    page.screenshot(path=screenshots / "homework.png", full_page=True)
    hand_in(page)

    expect(page.get_by_role("heading", name="Number 1, handed in on")).to_be_visible()
    expect(page.get_by_text("Not marked yet.")).to_be_visible()
    page.get_by_text("What you handed in").click()
    expect(page.get_by_text("We see more and more of its day side")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="notes.csv, 1 kB").click()
    assert download.value.path().read_bytes() == demo.NOTES
    assert stored() == [(demo.DIARY, "submitted")]
    assert page.complaints == []


def test_the_progress_of_a_file_is_shown(page, worker, open_page, make_homework):
    open_page(make_homework())
    page.evaluate(
        "() => { const bar = document.querySelector('#sent progress'); seen = [];"
        "new MutationObserver(() => seen.push(bar.value)).observe(bar, { attributes: true }) }"
    )
    page.get_by_label("Add a file").set_input_files(NOTES)
    expect(page.locator("#file-state")).to_have_text("Added: notes.csv")

    assert page.evaluate("seen")[-1] == 1
    expect(page.get_by_role("progressbar", name="Sent")).to_be_hidden()
    expect(page.get_by_label("Add a file")).to_be_focused()


def test_files_that_are_not_taken_say_so(page, worker, open_page, make_homework):
    open_page(make_homework(max_bytes=10))
    page.get_by_label("Add a file").set_input_files(NOTES)
    expect(page.locator("#file-state")).to_have_text("Not added: A file can have up to 1 kB.")
    page.get_by_label("Add a file").set_input_files(NOTES | {"buffer": b"\x7fELF\x02"})

    expect(page.locator("#file-state")).to_contain_text("Not added: ")
    assert stored() == []


def test_a_file_is_removed_again(page, worker, open_page, make_homework):
    open_page(make_homework())
    page.get_by_label("Add a file").set_input_files(NOTES)
    expect(page.locator("#file-state")).to_have_text("Added: notes.csv")
    saved(page)
    page.get_by_role("button", name="Remove notes.csv").click()

    saved(page)
    wait_for(lambda: Submission.collection().find_one()["files"] == [])


@pytest.mark.parametrize(("choice", "kept"), [("Keep the version above", "Mine."), ("Take this version", "Theirs.")])
def test_both_versions_are_shown_when_two_devices_write(
    page, open_page, make_homework, client, student, choice, kept, screenshots
):
    lesson = make_homework()
    open_page(lesson)
    assert client.put(f"/lessons/{lesson.id}/submission", json={"text": "Theirs."}, auth=student).status_code == 200
    text(page).fill("Mine.")

    expect(page.get_by_role("heading", name="It was changed on another device")).to_be_focused()
    expect(page.locator("#other-content")).to_contain_text("Theirs.")
    expect(text(page)).to_have_value("Mine.")
    expect(page.get_by_role("button", name="Hand in")).to_be_disabled()
    assert stored() == [("Theirs.", "draft")]
    page.screenshot(path=screenshots / "homework-other.png", full_page=True)
    page.get_by_role("button", name=choice).click()
    saved(page)
    expect(text(page)).to_have_value(kept)
    assert stored() == [(kept, "draft")]


def test_nothing_is_lost_while_the_network_is_away(page, open_page, make_homework):
    open_page(make_homework())
    page.route("**/submission", lambda route: route.abort())
    text(page).fill("Venus, in the west.")
    expect(page.get_by_role("alert").filter(has_text=AWAY)).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Not saved yet.")
    assert stored() == []
    page.unroute("**/submission")
    page.reload()

    expect(text(page)).to_have_value("Venus, in the west.")
    saved(page)
    assert stored() == [("Venus, in the west.", "draft")]


def test_what_was_not_saved_does_not_replace_what_another_device_has_saved_since(
    page, open_page, make_homework, client, student
):
    lesson = make_homework()
    open_page(lesson)
    page.route("**/submission", lambda route: route.abort())
    text(page).fill("Mine.")
    expect(page.get_by_role("alert").filter(has_text=AWAY)).to_be_visible()
    page.unroute("**/submission")
    client.put(f"/lessons/{lesson.id}/submission", json={"text": "Theirs."}, auth=student)
    page.reload()

    expect(page.locator("#other-content")).to_contain_text("Theirs.")
    expect(text(page)).to_have_value("Mine.")
    assert stored() == [("Theirs.", "draft")]


def test_marks_are_shown_once_they_are_released(page, open_page, make_homework, client, owner, screenshots):
    lesson = make_homework(due=hours(-2.9))
    open_page(lesson)
    text(page).fill(demo.SHORT_DIARY)
    saved(page)
    hand_in(page)
    expect(page.locator("#receipt")).to_contain_text("3 hours late")
    levels = {"evenings": "some", "drawing": "none", "explanation": "partly"}
    grade(client, owner, lesson, levels=levels, comment="Where was the shadow?", private_note="Ask at home.")
    page.reload()

    expect(page.locator(".marks")).to_have_text("3.6 of 10 points (4 points, less 10% for handing in 3 hours late)")
    expect(page.get_by_text("Your teacher: Where was the shadow?")).to_be_visible()
    chosen = page.locator(".submission .rubric strong")
    expect(chosen).to_have_text(["✓ Three to five: 3 points", "✓ Nothing drawn: 0 points", "✓ Partly right: 1 point"])
    expect(page.get_by_text("Ask at home.")).to_have_count(0)
    page.screenshot(path=screenshots / "homework-marks.png", full_page=True)


def test_marks_keep_their_rubric_when_the_homework_changes(
    page, open_page, make_homework, client, owner, course, student
):
    lesson = make_homework()
    client.put(f"/lessons/{lesson.id}/submission", json={"text": "A sickle."}, auth=student)
    client.post(f"/lessons/{lesson.id}/submission/submit", auth=student)
    grade(client, owner, lesson, levels={"evenings": "some", "drawing": "none", "explanation": "partly"})
    put_assignment(lesson, points=10, rubric=[])
    publish(course)
    open_page(lesson)

    expect(page.locator(".submission .rubric dt")).to_have_text(["Evenings", "Drawing", "Explanation"])
    expect(page.locator(".submission .rubric strong").first).to_have_text("✓ Three to five: 3 points")


def test_the_files_of_the_task_are_read(page, open_page, make_homework, owner):
    content = make_document_with_bytes(owner, purpose="attachment", name="Moon map.pdf")
    open_page(make_homework(attachments=[content]))
    with page.expect_download() as download:
        page.get_by_role("button", name="Moon map.pdf, 2 kB").click()

    assert download.value.suggested_filename == "Moon map.pdf"


def test_held_marks_are_not_shown(page, open_page, make_homework, client, owner):
    lesson = make_homework()
    open_page(lesson)
    text(page).fill("A sickle.")
    hand_in(page)
    [found] = client.get(f"/lessons/{lesson.id}/submissions", auth=owner).json
    levels = {"evenings": "all", "drawing": "sky", "explanation": "right"}
    client.put(f"/submissions/{found['id']}/grade", json={"levels": levels, "comment": "Fine."}, auth=owner)
    page.reload()

    expect(page.get_by_text("Not marked yet.")).to_be_visible()
    expect(page.get_by_text("Fine.")).to_have_count(0)


def test_returned_homework_is_handed_in_again(page, open_page, make_homework, client, owner):
    lesson = make_homework(resubmit="when_returned")
    open_page(lesson)
    text(page).fill("A sickle.")
    hand_in(page)
    expect(page.get_by_text("You have handed it in.")).to_be_visible()
    expect(text(page)).to_be_hidden()
    [found] = client.get(f"/lessons/{lesson.id}/submissions", auth=owner).json
    client.post(f"/submissions/{found['id']}/return", json={"comment": "Which evening?"}, auth=owner)
    page.reload()
    expect(page.get_by_text("Your teacher returned it: Which evening?")).to_be_visible()
    text(page).fill("A sickle, on Monday.")
    hand_in(page)

    expect(page.locator("#receipt")).to_contain_text("number 2")
    assert stored() == [("A sickle.", "returned"), ("A sickle, on Monday.", "submitted")]


def test_homework_that_is_closed_says_so(page, open_page, make_homework):
    open_page(make_homework(due=hours(-2), accepted_until=hours(-1)))

    expect(page.get_by_text("Nothing is accepted any more.")).to_be_visible()
    expect(page.get_by_role("button", name="Hand in")).to_be_hidden()


def test_what_was_written_too_late_to_be_saved_is_still_shown(page, open_page, make_homework, course):
    lesson = make_homework()
    open_page(lesson)
    page.route("**/submission", lambda route: route.abort())
    text(page).fill("Venus, in the west.")
    expect(page.get_by_role("alert").filter(has_text=AWAY)).to_be_visible()
    put_assignment(lesson, points=10, due=hours(-2), accepted_until=hours(-1))
    publish(course)
    page.unroute("**/submission")
    page.reload()

    expect(page.get_by_text("Nothing is accepted any more.")).to_be_visible()
    expect(page.get_by_role("heading", name="What was not saved")).to_be_visible()
    expect(page.get_by_text("Venus, in the west.")).to_be_visible()


def test_signing_in_again_leads_back_to_what_was_written(page, open_page, make_homework, student):
    open_page(make_homework())
    sessions.end_all(user_id=student.id, reason="revoked")
    db.session.commit()
    text(page).fill("Venus, in the west.")
    expect(page.get_by_label("Password")).to_be_visible()
    sign_in(page, student)

    expect(text(page)).to_have_value("Venus, in the west.")
    saved(page)
    assert stored() == [("Venus, in the west.", "draft")]


def test_an_empty_homework_cannot_be_handed_in(page, open_page, make_homework):
    open_page(make_homework())
    page.get_by_role("button", name="Hand in").click()

    expect(page.locator("#trouble")).to_contain_text("no draft")


def test_homework_is_done_with_the_keyboard_alone(page, school, student, worker, make_homework):
    lesson = make_homework()
    page.goto(f"{school.url}/homework")
    sign_in(page, student)
    expect(page.get_by_role("link", name=lesson.title)).to_be_visible()
    page.get_by_role("link", name="Notifications").focus()
    tab_to(page, page.get_by_role("link", name=lesson.title), 2)
    page.keyboard.press("Enter")
    expect(text(page)).to_be_visible()
    tab_to(page, text(page), 24)
    page.keyboard.type("A sickle.")
    tab_to(page, page.get_by_label("Add a file"), 3)
    tab_to(page, page.get_by_role("button", name="Save"), 2)
    page.keyboard.press("Enter")
    saved(page)
    tab_to(page, page.get_by_role("button", name="Hand in"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=lesson.title)).to_be_focused()
    assert stored() == [("A sickle.", "submitted")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_the_homework_page_is_accessible(
    page, worker, open_page, make_homework, client, owner, student, width, scheme, screenshots
):
    def check(name):
        assert violations(page) == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"homework-{name}{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    lesson = make_homework(due=hours(-2.9), resubmit="until_closed")
    open_page(lesson)
    page.get_by_label("Add a file").set_input_files(NOTES)
    text(page).fill(demo.DIARY)
    expect(page.locator("#file-state")).to_have_text("Added: notes.csv")
    saved(page)
    check("")
    hand_in(page)
    grade(
        client, owner, lesson, levels={"evenings": "some", "drawing": "none", "explanation": "partly"}, comment="Good."
    )
    page.reload()
    expect(text(page)).to_be_visible()
    client.put(f"/lessons/{lesson.id}/submission", json={"text": "From the phone."}, auth=student)
    text(page).fill("From the school.")
    expect(page.locator("#other")).to_be_visible()
    check("marks-")
