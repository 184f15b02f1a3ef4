"""Reviews in the dashboard, in a real browser: the rating of a course, replies of its staff, and moderation."""

import re

import pytest
from playwright.sync_api import expect

from learnstream.documents import LessonKind, Review
from learnstream.services.analytics import rollup
from tests.browser.conftest import tab_to, violations
from tests.browser.test_dashboard import heading, require_no_errors, sign_in
from tests.browser.test_dashboard_quizzes import alert
from tests.factories import make_course, make_person
from tests.reviews import begun, review

# The fixtures of the dashboard's tests.
__all__ = ["require_no_errors", "sign_in"]

TEXTS = [(5, "The **orange** did it."), (2, "Ask Ada, 555-0100."), (4, "")]


@pytest.fixture
def course(owner):
    lessons = [{"title": f"Evening {number}", "kind": LessonKind.TEXT} for number in range(1, 4)]
    return make_course(owner, lessons, title="Astronomy")


@pytest.fixture
def reviews(course):
    """The ids of three reviews, the newest one last."""
    made = [
        review(begun(course, name), course, stars, text, days_ago=3 - number)
        for number, (name, (stars, text)) in enumerate(zip(("Ada", "Ben", "Cleo"), TEXTS, strict=True))
    ]
    rollup.run(rest=0)
    return made


@pytest.fixture
def reported(client, reviews):
    """The id of a review that two readers have reported."""
    for name, reason, text in (("Dan", "privacy", "It has a telephone number."), ("Eve", "other", "")):
        report = {"reason": reason, "text": text}
        assert client.post(f"/reviews/{reviews[1]}/report", json=report, auth=make_person(name=name)).status_code == 204
    return reviews[1]


def card(page, author):
    return page.get_by_role("article", name=f"Review by {author}")


def said(page, text):
    expect(page.locator("#status")).to_have_text(text)


def test_the_staff_read_reviews_and_reply(
    page, sign_in, require_no_errors, owner, course, reviews, client, screenshots
):
    sign_in(owner)
    page.get_by_role("link", name="Reviews", exact=True).click()
    heading(page, "Reviews: Astronomy").to_be_focused()
    expect(page.locator(".tile")).to_have_text([re.compile("Mean3.67"), re.compile("Reviews3"), re.compile("67%")])
    expect(page.get_by_role("img", name="Ratings. 3.67 of 5 stars by 3 reviews.")).to_be_visible()
    expect(card(page, "Ada")).to_contain_text("The orange did it.")
    card(page, "Ada").get_by_text("Reply", exact=True).click()
    card(page, "Ada").get_by_label("Reply, which everybody can read").fill("Part two has a *lemon*.")
    card(page, "Ada").get_by_role("button", name="Save the reply").click()

    said(page, "Your reply to Ada is saved.")
    expect(card(page, "Ada").get_by_role("blockquote", name="Reply")).to_contain_text("Part two has a lemon.")
    page.screenshot(path=screenshots / "dashboard-reviews.png", full_page=True)
    [first] = [each for each in client.get(f"/courses/{course.id}/reviews").json if each["id"] == reviews[0]]
    assert first["reply"]["text"] == "Part two has a *lemon*."
    card(page, "Ada").get_by_text("Change the reply").click()
    card(page, "Ada").get_by_role("button", name="Remove it").click()
    said(page, "Your reply to Ada is removed.")
    expect(page.get_by_role("blockquote")).to_have_count(0)


def test_an_empty_reply_is_not_sent(page, sign_in, owner, course, reviews):
    sign_in(owner, f"/dashboard#/reviews/{course.id}")
    card(page, "Ada").get_by_text("Reply", exact=True).click()
    card(page, "Ada").get_by_label("Reply, which everybody can read").fill("   ")
    card(page, "Ada").get_by_role("button", name="Save the reply").click()

    expect(card(page, "Ada").get_by_role("alert")).not_to_be_empty()
    assert Review.collection().count_documents({"reply": {"$ne": None}}) == 0


def test_a_course_without_reviews_says_so(page, sign_in, require_no_errors, owner, course):
    sign_in(owner, f"/dashboard#/reviews/{course.id}")

    expect(page.get_by_text("Nobody has reviewed the course yet.")).to_be_visible()
    expect(page.locator(".tile").first).to_contain_text("of 5 stars")


def test_an_administrator_hides_a_reported_review_and_shows_it_again(
    page, sign_in, require_no_errors, admin, course, reported, client, screenshots
):
    sign_in(admin)
    page.get_by_role("link", name="Reported and hidden reviews").click()
    heading(page, "Reported reviews").to_be_focused()
    expect(page.get_by_text("Course: Astronomy")).to_be_visible()
    expect(page.get_by_role("article").get_by_role("listitem")).to_have_text(
        [re.compile("^Privacy: It has a telephone number."), re.compile("^Other")]
    )
    page.screenshot(path=screenshots / "dashboard-moderation.png", full_page=True)
    page.get_by_label("Why it is hidden").fill("It has a telephone number.")
    page.get_by_role("button", name="Hide it").click()
    said(page, "The review is hidden. Its author is told why.")
    expect(page.get_by_text("No review is reported.")).to_be_visible()
    assert len(client.get(f"/courses/{course.id}/reviews").json) == 2
    page.get_by_role("link", name="Hidden reviews", exact=True).click()
    heading(page, "Hidden reviews").to_be_focused()
    expect(page.get_by_role("article")).to_contain_text(": It has a telephone number.")
    page.get_by_role("button", name="Show it again").click()

    said(page, "The review is shown again.")
    assert len(client.get(f"/courses/{course.id}/reviews").json) == 3


def test_reports_are_dismissed(page, sign_in, require_no_errors, admin, course, reported, client):
    sign_in(admin, "/dashboard#/moderation/reported")
    page.get_by_role("button", name="Dismiss the reports").click()

    said(page, "The reports are dismissed.")
    expect(page.get_by_text("No review is reported.")).to_be_visible()
    assert len(client.get(f"/courses/{course.id}/reviews").json) == 3


def test_instructors_do_not_moderate(page, sign_in, owner, reported):
    sign_in(owner, "/dashboard#/moderation/reported")

    expect(alert(page)).to_be_visible()
    expect(page.get_by_role("button", name="Hide it")).to_have_count(0)


def test_a_review_is_moderated_by_keyboard(page, sign_in, require_no_errors, admin, reported):
    sign_in(admin, "/dashboard#/moderation/reported")
    heading(page, "Reported reviews").to_be_visible()
    page.get_by_role("link", name="Hidden reviews", exact=True).focus()
    tab_to(page, page.get_by_label("Why it is hidden"))
    page.keyboard.type("It has a telephone number.")
    page.keyboard.press("Enter")

    said(page, "The review is hidden. Its author is told why.")
    heading(page, "Reported reviews").to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_views_of_reviews_are_accessible(
    page, sign_in, require_no_errors, admin, course, reported, reviews, client, width, scheme, screenshots
):
    def check(name):
        assert violations(page) == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=screenshots / f"dashboard-{name}-{width}-{scheme}.png", full_page=True)

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    client.put(f"/reviews/{reviews[0]}/reply", json={"text": "Part two has a *lemon*."}, auth=admin)
    sign_in(admin, f"/dashboard#/reviews/{course.id}")
    heading(page, "Reviews: Astronomy").to_be_focused()
    card(page, "Cleo").get_by_text("Reply", exact=True).click()
    check("reviews")
    page.goto(page.url.split("#")[0] + "#/moderation/reported")
    expect(page.get_by_text("Course: Astronomy")).to_be_visible()
    check("moderation")
