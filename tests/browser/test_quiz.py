"""The local stack's page for quizzes in a real browser: a student takes a quiz, whatever the network does."""

from datetime import timedelta

import pytest
from bson import ObjectId
from playwright.sync_api import expect

from devstack.demo import quiz as demo
from learnstream.clock import now
from learnstream.documents import Attempt, LessonKind
from learnstream.models import Role
from learnstream.services.accounts import sessions
from learnstream.stores.sql import db
from tests.attempts import read
from tests.browser.conftest import sign_in, tab_to, violations, wait_for
from tests.factories import make_course, make_person, make_question, make_quiz_lesson, make_seat
from tests.files import make_document_with_bytes
from tests.pictures import photo

SMALL, LARGE = 390, 1280
AWAY = "The network is away."


@pytest.fixture
def course(owner, api):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def student(course):
    person = make_person(Role.STUDENT, "Lea")
    make_seat(person, course)
    return person


@pytest.fixture
def make_demo_quiz(course):
    """Return a function that publishes a quiz of the demo's questions: all of them, or those with some keys."""

    def make_demo_quiz(*keys, **settings):
        chosen = [each for each in demo.QUESTIONS if not keys or each["key"] in keys]
        ids = [
            make_question(course, **{"explanation": "", **fields, **fields.pop("content")})
            for fields in map(dict, chosen)
        ]
        return make_quiz_lesson(course, ids, title="The sky", **{"review": demo.SETTINGS["review"]} | settings)

    return make_demo_quiz


@pytest.fixture
def begin(page, school, student):
    """Return a function that has the student start an attempt at a quiz."""

    def begin(lesson, page=page):
        page.goto(f"{school.url}/quiz")
        sign_in(page, student)
        page.get_by_role("link", name=lesson.title, exact=True).click()
        page.get_by_role("button", name="Start").click()
        expect(question(page, 1)).to_be_visible()
        return page

    return begin


def question(page, number):
    return page.locator(f"#question-{number}")


def attempt_id(page):
    return page.url.split("/")[-1]


def stored(page):
    """Return the answers of the page's attempt that are stored, in the order of its questions."""
    attempt = Attempt.collection().find_one({"_id": ObjectId(attempt_id(page))})
    found = [attempt["answers"].get(str(item["question_id"])) for item in attempt["items"]]
    return [each and each["answer"] for each in found]


def submit(page):
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator("#result")).to_be_visible()


def answer_all(page):
    """Answer each of the demo's questions rightly."""
    page.get_by_label("It reflects the light of the sun.").check()
    page.get_by_label("True").check()
    for planet in ("Venus", "Saturn", "Jupiter"):
        question(page, 3).get_by_label(planet).check()
    question(page, 4).get_by_role("textbox").fill("mars")
    question(page, 5).get_by_role("textbox").fill("29,5")
    for left, right in (("Monday", "the moon"), ("Saturday", "Saturn"), ("Sunday", "the sun")):
        question(page, 6).get_by_label(left).select_option(right)
    put_in_order(page, 7, ["Mercury", "Venus", "Mars", "Jupiter"])
    question(page, 8).get_by_label("Blank 1").select_option("waxing")
    question(page, 8).get_by_label("Blank 2").fill("14.75")
    question(page, 9).get_by_label("Jupiter").check()
    question(page, 10).get_by_role("textbox").fill("Venus, in the west.")


def put_in_order(page, number, texts):
    box = question(page, number)
    if box.get_by_role("button", name="Keep this order").is_visible():
        box.get_by_role("button", name="Keep this order").click()
    for place, text in enumerate(texts):
        while box.locator("li .text").all_inner_texts().index(text) > place:
            box.get_by_role("button", name=f"Move {text} up").click()


def shown(page):
    """Return what the fields of the questions show."""
    return page.evaluate(
        "[...document.querySelectorAll('#questions :is(input, select, textarea)')]"
        ".map((field) => ['radio', 'checkbox'].includes(field.type) ? field.checked : field.value)"
        ".concat([...document.querySelectorAll('.ordering .text')].map((item) => item.textContent))"
    )


def test_a_student_takes_a_quiz_with_every_kind_of_question(page, begin, make_demo_quiz, screenshots):
    begin(make_demo_quiz(time_limit=900, shuffle_options=True))
    answer_all(page)

    wait_for(lambda: all(each is not None for each in stored(page)))
    expect(page.locator("#saved")).to_have_text("Everything is saved.")
    page.screenshot(path=screenshots / "quiz.png", full_page=True)
    submit(page)

    expect(page.locator("#score")).to_have_text("Submitted. 9 of 10 points · passed · 1 answer still to be marked")
    expect(question(page, 1).get_by_role("listitem")).to_have_text(
        [
            "1 of 1 point",
            "Right: It reflects the light of the sun.",
            "Right: so does the earth.",
            "The moon is rock and dust. Its bright side is its day.",
        ]
    )
    page.screenshot(path=screenshots / "quiz-result.png", full_page=True)
    assert page.complaints == []


def test_a_reload_resumes_the_same_attempt_with_the_same_answers(page, begin, make_demo_quiz):
    begin(make_demo_quiz(shuffle_options=True))
    answer_all(page)
    before, attempt = shown(page), attempt_id(page)
    page.reload()

    expect(question(page, 10).get_by_role("textbox")).to_have_value("Venus, in the west.")
    assert (shown(page), attempt_id(page)) == (before, attempt)
    wait_for(lambda: all(each is not None for each in stored(page)))
    assert Attempt.collection().count_documents({}) == 1


def test_nothing_is_lost_while_the_network_is_away(page, begin, make_demo_quiz, screenshots):
    begin(make_demo_quiz("own-sky", "red-planet"))
    page.route("**/attempts/**", lambda route: route.abort())
    question(page, 1).get_by_role("textbox").fill("Mars")
    question(page, 2).get_by_role("textbox").fill("Venus, in the west.")

    expect(page.get_by_role("alert").filter(has_text=AWAY)).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Not saved yet: 2 answers")
    page.locator("#quiz").screenshot(path=screenshots / "quiz-away.png")
    assert stored(page) == [None, None]
    page.unroute("**/attempts/**")
    expect(page.get_by_text(AWAY)).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Everything is saved.")
    assert stored(page) == ["Mars", "Venus, in the west."]


def test_what_was_not_sent_survives_closing_the_page(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet"))
    page.route("**/attempts/**", lambda route: route.abort())
    question(page, 1).get_by_role("textbox").fill("Mars")
    expect(page.get_by_text(AWAY)).to_be_visible()
    page.unroute("**/attempts/**")
    page.reload()

    expect(question(page, 1).get_by_role("textbox")).to_have_value("Mars")
    wait_for(lambda: stored(page) == ["Mars"])


def test_signing_in_again_leads_back_to_what_was_written(page, begin, make_demo_quiz, student):
    begin(make_demo_quiz("red-planet"))
    sessions.end_all(user_id=student.id, reason="revoked")
    db.session.commit()
    question(page, 1).get_by_role("textbox").fill("Mars")
    expect(page.get_by_label("Password")).to_be_visible()
    sign_in(page, student)

    expect(question(page, 1).get_by_role("textbox")).to_have_value("Mars")
    wait_for(lambda: stored(page) == ["Mars"])


def test_an_answer_that_is_too_long_says_so(page, begin, make_demo_quiz):
    begin(make_demo_quiz("own-sky", "red-planet"))
    page.evaluate("document.querySelectorAll('textarea').forEach((field) => field.removeAttribute('maxlength'))")
    question(page, 2).get_by_role("textbox").fill("x" * 2001)
    question(page, 1).get_by_role("textbox").fill("Mars")

    expect(question(page, 2).get_by_role("alert")).to_contain_text("This answer is not saved: ")
    wait_for(lambda: stored(page) == ["Mars", None])
    question(page, 2).get_by_role("textbox").fill("Venus")
    wait_for(lambda: stored(page) == ["Mars", "Venus"])
    expect(question(page, 2).get_by_role("alert")).to_be_hidden()


def test_a_picture_of_a_question_is_shown(page, begin, course, owner):
    picture = make_document_with_bytes(
        owner, photo("phone.jpg"), purpose="attachment", type="image/jpeg", name="Moon.jpg"
    )
    begin(make_quiz_lesson(course, [make_question(course, media=[picture])]))

    shown = page.get_by_alt_text("Moon.jpg")
    expect(shown).to_be_visible()
    wait_for(lambda: shown.evaluate("image => image.complete && image.naturalWidth > 0"))
    assert page.complaints == []


def test_submitting_waits_for_the_network(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet"))
    page.route("**/attempts/**", lambda route: route.abort())
    question(page, 1).get_by_role("textbox").fill("Mars")
    page.get_by_role("button", name="Submit", exact=True).click()

    expect(page.locator("#announced")).to_have_text("The quiz will be submitted as soon as the network is back.")
    page.unroute("**/attempts/**")
    expect(page.locator("#score")).to_have_text("Submitted. 1 of 1 point · passed")


def end_in(page, seconds):
    """Let the attempt of the page end so many seconds from now, which the page learns of."""
    end = now() + timedelta(seconds=seconds)
    times = {"deadline_at": end, "submit_at": end + timedelta(seconds=15)}
    Attempt.collection().update_one({"_id": ObjectId(attempt_id(page))}, {"$set": times})
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_it_is_submitted_with_its_answers_when_time_is_over(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet", time_limit=3600))
    expect(page.locator("#time")).to_contain_text("Time left: 59:")
    end_in(page, 59)
    expect(page.locator("#announced")).to_have_text("Less than 1 minute left.")
    question(page, 1).get_by_role("textbox").fill("Mars")
    end_in(page, 1)

    expect(page.locator("#score")).to_contain_text("1 of 1 point · passed")
    expect(question(page, 1).get_by_role("textbox")).to_be_disabled()


def test_answers_after_the_end_are_handed_to_the_teacher(page, begin, make_demo_quiz, client, owner, student):
    begin(make_demo_quiz("red-planet", time_limit=3600))
    page.route("**/attempts/**", lambda route: route.abort())
    question(page, 1).get_by_role("textbox").fill("Mars")
    expect(page.get_by_text(AWAY)).to_be_visible()
    end_in(page, -60)
    page.unroute("**/attempts/**")

    expect(page.locator("#late")).to_contain_text("Too late: 1 answer.")
    expect(page.locator("#score")).to_contain_text("Time is over: it was submitted with what was saved.")
    attempt = read(client, owner, {"id": attempt_id(page)})
    assert attempt["questions"][0]["answer"] is None
    assert Attempt.collection().find_one()["late_answers"].popitem()[1]["answer"] == "Mars"


def test_two_tabs_show_the_same_attempt(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet", "new-moon"))
    with page.expect_popup() as popup:
        page.evaluate("() => void window.open(location.href)")
    other = popup.value
    question(page, 2).get_by_role("textbox").fill("Saturn")
    expect(question(other, 2).get_by_role("textbox")).to_have_value("Saturn")
    question(other, 2).get_by_role("textbox").fill("Mars")
    expect(question(page, 2).get_by_role("textbox")).to_have_value("Mars")
    question(page, 1).get_by_label("True").check()
    expect(question(other, 1).get_by_label("True")).to_be_checked()

    wait_for(lambda: stored(page) == [True, "Mars"])
    submit(page)
    other.evaluate("dispatchEvent(new Event('focus'))")
    expect(other.locator("#score")).to_contain_text("2 of 2 points")
    assert Attempt.collection().count_documents({}) == 1


def test_blank_questions_are_asked_about_before_submitting(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet", "new-moon"))
    question(page, 2).get_by_role("textbox").fill("  ")
    page.get_by_role("button", name="Submit", exact=True).click()

    expect(page.get_by_text("Without an answer that counts: 2 questions.")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Submit anyway").click()
    expect(page.locator("#score")).to_contain_text("0 of 2 points · not passed")


def test_an_answer_is_final_once_a_later_question_is_answered(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet", "new-moon", "biggest", navigation="forward"))
    question(page, 1).get_by_label("False").check()
    question(page, 3).get_by_label("Jupiter").check()

    expect(question(page, 1).get_by_label("True")).to_be_disabled()
    expect(question(page, 2).get_by_role("textbox")).to_be_enabled()


def test_an_access_code_is_asked_for(page, school, student, make_demo_quiz):
    lesson = make_demo_quiz("red-planet", access_code="comet")
    page.goto(f"{school.url}/quiz")
    sign_in(page, student)
    page.get_by_role("link", name=lesson.title, exact=True).click()
    page.get_by_label("Access code").fill("star")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#refused")).to_contain_text("needs an access code")

    page.get_by_label("Access code").fill("Comet")
    page.get_by_role("button", name="Start").click()
    expect(question(page, 1)).to_be_visible()


def test_a_result_that_is_held_back_is_not_shown(page, begin, make_demo_quiz):
    begin(make_demo_quiz("red-planet", review=dict.fromkeys(("score", "answers", "feedback"), "never")))
    question(page, 1).get_by_role("textbox").fill("Mars")
    submit(page)

    expect(page.locator("#score")).to_have_text("Submitted. Your result is not shown yet.")
    expect(question(page, 1).get_by_role("listitem")).to_have_count(0)


def test_a_quiz_is_taken_with_the_keyboard_alone(page, school, student, make_demo_quiz):
    lesson = make_demo_quiz("moon-light", "naked-eye", "red-planet", "day-names", "from-the-sun", "phases")
    page.goto(f"{school.url}/quiz")
    sign_in(page, student)
    expect(page.get_by_role("link", name=lesson.title)).to_be_visible()
    page.get_by_role("link", name="Notifications").focus()
    tab_to(page, page.get_by_role("link", name=lesson.title), 2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Start"), 20)
    page.keyboard.press("Enter")
    expect(question(page, 6)).to_be_visible()

    tab_to(page, question(page, 1).get_by_role("radio").first, 20)
    page.keyboard.press("Space")
    tab_to(page, question(page, 2).get_by_role("checkbox").first)
    page.keyboard.press("Space")
    tab_to(page, question(page, 3).get_by_role("textbox"), 4)
    page.keyboard.type("Mars")
    page.keyboard.press("Enter")
    tab_to(page, question(page, 4).get_by_role("combobox").first)
    page.keyboard.type("the m")
    last = question(page, 5).locator("li .text").all_inner_texts()[-1]
    tab_to(page, question(page, 5).get_by_role("button", name=f"Move {last} up"), 12)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(question(page, 5).locator("li .text").nth(1)).to_have_text(last)
    expect(question(page, 5).get_by_role("button", name=f"Move {last} up")).to_be_focused()
    tab_to(page, question(page, 6).get_by_label("Blank 1"), 12)
    page.keyboard.type("waxing")
    tab_to(page, question(page, 6).get_by_label("Blank 2"))
    page.keyboard.type("14.75")
    tab_to(page, page.get_by_role("button", name="Submit", exact=True))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=lesson.title)).to_be_focused()
    answers = stored(page)
    assert answers[2] == "Mars"
    assert answers[5] == {"way": answers[5]["way"], "days": "14.75"}
    assert None not in answers
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_the_quiz_page_is_accessible(page, begin, make_demo_quiz, width, scheme, screenshots):
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    begin(make_demo_quiz(time_limit=900))
    page.route("**/attempts/**", lambda route: route.abort())
    answer_all(page)
    expect(page.get_by_text(AWAY)).to_be_visible()
    assert violations(page) == set()
    page.screenshot(path=screenshots / f"quiz-{width}-{scheme}.png", full_page=True)

    page.unroute("**/attempts/**")
    submit(page)
    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"quiz-result-{width}-{scheme}.png")
