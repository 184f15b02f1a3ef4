"""The local stack's page of a course in a real browser: its announcements, its reading list and its reviews."""

import re

import pytest
from playwright.sync_api import expect

from learnstream.documents import LessonKind, Review
from tests.books import make_book
from tests.browser.conftest import sign_in, tab_to, violations, wait_for
from tests.factories import make_course, publish
from tests.homework import learner_of
from tests.reviews import begun, review

MOON = {"required": True, "chapters": "Chapter 3", "note": "Before you look at the moon."}
NEWS = {
    "title": "Clear skies",
    "text": "Look for **Venus**.\n\n- Bring a pencil.\n- Dress warmly.",
    "status": "published",
}


@pytest.fixture
def course(owner, api):
    lessons = [{"title": f"Evening {number}", "kind": LessonKind.TEXT} for number in range(1, 4)]
    return make_course(owner, lessons, title="Astronomy")


@pytest.fixture
def student(course):
    return begun(course, "Sam")


@pytest.fixture
def reviews(course):
    """The ids of reviews by other learners, the newest one last."""
    texts = [(5, "The **orange** did it."), (2, "Too many clouds."), (5, "")]
    return [
        review(begun(course, name), course, stars, text, days_ago=3 - number)
        for number, (name, (stars, text)) in enumerate(zip(("Ada", "Ben", "Cleo"), texts, strict=True))
    ]


@pytest.fixture
def books(client, owner, course):
    """A reading list of two books, the first of which is required."""
    made = [
        make_book(owner, title=title, authors=[author])
        for title, author in (("Kosmos", "Humboldt"), ("Somnium", "Kepler"))
    ]
    moon, other = ({"book_id": str(each["_id"])} for each in made)
    entries = [moon | MOON, other | {"required": False}]
    assert client.put(f"/courses/{course.id}/reading-list", json={"entries": entries}, auth=owner).status_code == 200
    publish(course)
    return made


@pytest.fixture
def open_course(page, school, course):
    """Return a function that has a person open the page of the course, until it is whole; guests do not sign in."""

    def open_course(person=None):
        page.goto(f"{school.url}/course#{course.id}")
        if person:
            sign_in(page, person)
            expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.get_by_role("heading", name="Astronomy")).to_be_focused()

    return open_course


def shown(page):
    """Return the reviews that are listed."""
    return page.locator("#reviews .review")


def write(page, stars, text):
    page.get_by_role("radio", name=str(stars), exact=True).check()
    page.get_by_label("What you thought").fill(text)
    page.get_by_role("button", name="Save the review").click()


def stored():
    return [(each["stars"], each["text"]) for each in Review.collection().find({"removed": {"$ne": True}})]


def test_the_rating_and_the_reviews_are_shown_to_everybody(page, open_course, reviews, screenshots):
    open_course()

    expect(page.locator("#mean")).to_have_text("4.0 of 5 stars, 3 reviews")
    expect(page.get_by_role("list", name="Reviews by stars").get_by_role("button")).to_have_text(
        ["5 ★2", "4 ★0", "3 ★0", "2 ★1", "1 ★0"]
    )
    expect(shown(page)).to_have_text(
        [re.compile("^.{5}Cleo"), re.compile("Too many"), re.compile("^.{5}Ada, after 40%.*The orange did it.")]
    )
    expect(page.get_by_role("img", name="2 of 5 stars")).to_be_visible()
    expect(page.get_by_role("button", name="Save the review")).to_be_hidden()
    assert page.complaints == []


def test_reviews_are_chosen_by_their_stars_and_ordered(page, open_course, client, reviews, student):
    assert client.post(f"/reviews/{reviews[0]}/helpful", auth=student).status_code == 204
    open_course()
    page.get_by_role("button", name="2 stars: 1 review").click()
    expect(shown(page)).to_have_count(1)
    expect(page.get_by_role("button", name="2 stars: 1 review")).to_be_focused()
    page.get_by_role("button", name="4 stars: 0 reviews").click()
    expect(page.get_by_text("No reviews with 4 stars.")).to_be_visible()
    page.get_by_role("button", name="4 stars: 0 reviews").click()
    page.get_by_label("Order").select_option("Most helpful first")

    expect(shown(page).first).to_contain_text("The orange did it.")


def test_a_review_is_written_changed_and_deleted(page, open_course, student, reviews):
    open_course(student)
    write(page, 3, "It *grew* on me.")
    expect(page.locator("#review-state")).to_have_text("Your review is saved.")
    expect(page.locator("#mean")).to_have_text("3.8 of 5 stars, 4 reviews")
    expect(shown(page).first).to_contain_text("It grew on me.")
    expect(shown(page).first.get_by_role("button")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("What you thought")).to_have_value("It *grew* on me.")
    page.get_by_label("Do not show my name").check()
    write(page, 5, "All of it.")
    expect(page.locator("#mean")).to_have_text("4.3 of 5 stars, 4 reviews")
    expect(shown(page).first).to_contain_text("Anonymous")
    assert (5, "All of it.") in stored()
    page.get_by_role("button", name="Delete it").click()

    expect(page.locator("#review-state")).to_have_text("Your review is deleted.")
    expect(page.locator("#mean")).to_have_text("4.0 of 5 stars, 3 reviews")
    expect(page.get_by_label("What you thought")).to_be_focused()
    assert len(stored()) == 3


def test_a_review_that_another_tab_has_changed_is_not_overwritten(page, open_course, client, course, student):
    open_course(student)
    write(page, 3, "First.")
    expect(page.locator("#review-state")).to_have_text("Your review is saved.")
    client.put(f"/courses/{course.id}/reviews/mine", json={"stars": 1, "text": "From the phone."}, auth=student)
    write(page, 4, "Second.")

    expect(page.locator("#review-trouble")).not_to_be_empty()
    expect(page.get_by_label("What you thought")).to_have_value("Second.")
    assert stored() == [(1, "From the phone.")]


def test_a_review_without_progress_is_refused_with_the_reason(page, open_course, course):
    open_course(learner_of(course))
    write(page, 5, "I like the title.")

    expect(page.locator("#review-trouble")).to_contain_text("10")
    assert stored() == []


def test_what_was_written_stays_while_the_network_is_away(page, open_course, student):
    open_course(student)
    page.context.set_offline(True)
    write(page, 5, "All of it.")
    expect(page.locator("#review-trouble")).to_contain_text("still here")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save the review").click()

    expect(page.locator("#review-state")).to_have_text("Your review is saved.")
    assert stored() == [(5, "All of it.")]


def test_a_review_that_could_not_be_read_cannot_be_replaced_unseen(page, open_course, reviews, student):
    page.route("**/reviews/mine", lambda route: route.abort())
    open_course(student)

    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    expect(page.get_by_role("button", name="Save the review")).to_be_hidden()
    expect(shown(page)).to_have_count(3)


def test_a_review_can_be_written_while_those_of_others_cannot_be_read(page, open_course, reviews, student):
    page.route("**/reviews?*", lambda route: route.abort())
    open_course(student)
    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    page.unroute("**/reviews?*")
    write(page, 5, "All of it.")

    expect(shown(page)).to_have_count(4)


def test_a_review_is_found_helpful_and_reported(page, open_course, client, admin, student, reviews):
    open_course(student)
    first = shown(page).filter(has_text="Too many")
    first.get_by_role("button", name="Helpful (0)").click()
    expect(first.get_by_role("button", name="Helpful (1)")).to_have_attribute("aria-pressed", "true")
    first.get_by_role("button", name="Report").click()
    page.get_by_label("Reason").select_option("Not about this")
    page.get_by_label("What is wrong with it?").fill("Clouds are nobody's fault.")
    page.get_by_role("dialog").get_by_role("button", name="Report").click()
    expect(page.locator("#told")).to_contain_text("An administrator will look")
    [reported] = client.get("/admin/reviews", auth=admin).json
    assert (reported["id"], reported["helpful"], reported["reports"][0]["reason"]) == (reviews[1], 1, "off_topic")
    page.reload()
    first.get_by_role("button", name="Helpful (1)").click()

    expect(first.get_by_role("button", name="Helpful (0)")).to_have_attribute("aria-pressed", "false")
    assert Review.collection().count_documents({"helpful": {"$gt": 0}}) == 0


def test_a_cancelled_report_reports_nothing(page, open_course, client, admin, student, reviews):
    open_course(student)
    shown(page).first.get_by_role("button", name="Report").click()
    page.keyboard.press("Escape")
    shown(page).first.get_by_role("button", name="Report").click()
    page.get_by_role("button", name="Cancel").click()

    expect(shown(page).first.get_by_role("button", name="Report")).to_be_focused()
    assert client.get("/admin/reviews", auth=admin).json == []


def test_the_author_of_a_hidden_review_reads_why(page, open_course, client, admin, course, student):
    hidden = review(student, course, 1, "Ask Ben, 555-0100.")
    client.post(f"/admin/reviews/{hidden}/hide", json={"reason": "It has a telephone number."}, auth=admin)
    open_course(student)

    expect(page.locator("#review-hidden")).to_have_text(
        "An administrator has hidden your review: It has a telephone number."
    )
    expect(shown(page)).to_have_count(0)
    expect(page.locator("#mean")).to_have_text("No reviews yet.")


def test_replies_of_the_staff_are_shown(page, open_course, client, owner, reviews):
    client.put(f"/reviews/{reviews[1]}/reply", json={"text": "Next time, *rain* dates."}, auth=owner)
    open_course()

    expect(page.get_by_role("blockquote", name="Reply")).to_have_text("The staff replied:Next time, rain dates.")


def test_books_are_ticked_off(page, open_course, client, course, books, student):
    open_course(student)
    expect(page.locator("#read")).to_have_text("0 of 2 books read, 0 of 1 required.")
    expect(page.locator("#entries li").first).to_contain_text("Humboldt · Chapter 3 · required")
    box = page.get_by_role("checkbox", name="Read: Kosmos")
    box.check()
    expect(page.locator("#read")).to_have_text("1 of 2 books read, 1 of 1 required.")
    expect(box).to_be_focused()
    page.reload()
    expect(box).to_be_checked()
    box.uncheck()
    expect(page.locator("#read")).to_have_text("0 of 2 books read, 0 of 1 required.")

    assert client.get(f"/courses/{course.id}/progress", auth=student).json["reading"]["books_read"] == 0


def test_a_tick_that_was_not_stored_is_taken_back(page, open_course, books, student):
    open_course(student)
    page.context.set_offline(True)
    page.get_by_role("checkbox", name="Read: Kosmos").click()

    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Read: Kosmos")).not_to_be_checked()


def test_announcements_are_read(page, open_course, client, owner, course, student):
    client.post(f"/courses/{course.id}/announcements", json=NEWS, auth=owner)
    client.post(f"/courses/{course.id}/announcements", json=NEWS | {"title": "A draft", "status": "draft"}, auth=owner)
    open_course(student)

    expect(page.locator("#announcements li h4")).to_have_text(["Clear skies"])
    expect(page.locator("#announcements li li")).to_have_text(["Bring a pencil.", "Dress warmly."])
    expect(page.locator("#announcements strong")).to_have_text("Venus")


def test_a_course_is_reviewed_with_the_keyboard_alone(page, open_course, student, books):
    open_course(student)
    tab_to(page, page.get_by_role("checkbox", name="Read: Kosmos"))
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Read: Kosmos")).to_be_checked()
    tab_to(page, page.get_by_role("radio", name="1", exact=True), 9)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_label("What you thought"))
    page.keyboard.type("Four evenings.")
    tab_to(page, page.get_by_role("button", name="Save the review"), 2)
    page.keyboard.press("Enter")

    wait_for(lambda: stored() == [(4, "Four evenings.")])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_a_course_is_accessible(
    page, open_course, client, owner, course, books, reviews, student, width, scheme, screenshots
):
    client.post(f"/courses/{course.id}/announcements", json=NEWS, auth=owner)
    client.put(f"/reviews/{reviews[1]}/reply", json={"text": "Next time, *rain* dates."}, auth=owner)
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    open_course(student)
    page.get_by_role("checkbox", name="Read: Kosmos").check()
    expect(page.locator("#read")).to_contain_text("1 of 2")

    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=screenshots / f"course-{width}-{scheme}.png", full_page=True)
    shown(page).first.get_by_role("button", name="Report").click()
    assert violations(page) == set()
