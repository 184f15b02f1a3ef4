"""The page for unsubscribing in a real browser, on small and large screens, without JavaScript."""

import pytest
from playwright.sync_api import expect

from learnstream.documents.notification import NoticeKind
from learnstream.models import User
from learnstream.services.messaging.choices import choices, unsubscribing
from learnstream.stores.sql import db
from tests.browser.conftest import tab_to
from tests.browser.test_account_pages import SIZES, plain, violations

__all__ = ["plain"]


@pytest.fixture
def link(server, mail_configured, learner):
    """The learner's link to unsubscribe from announcements."""
    url = unsubscribing.url(db.session.get(User, learner.id), NoticeKind.ANNOUNCEMENT)
    return f"{server}/unsubscribe?{url.partition('?')[2]}"


def mode(learner, kind=NoticeKind.ANNOUNCEMENT):
    db.session.rollback()
    return choices.mail_mode([learner.id], kind)[learner.id]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_accessible_and_fits_the_screen(page, link, screenshots, size, scheme):
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme)
    page.goto(link)
    for step, state in (("asks", page.get_by_role("button", name="Unsubscribe")), ("done", page.get_by_role("status"))):
        expect(state).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
        page.screenshot(path=screenshots / f"unsubscribe-{step}-{size}-{scheme}.png")
        page.get_by_role("button").first.click()


def test_one_unsubscribes_by_keyboard_without_javascript(plain, link, learner):
    plain.goto(link)
    assert mode(learner) == "at_once"
    tab_to(plain, plain.get_by_role("button", name="Unsubscribe"))
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("status")).to_contain_text("no more e-mails about announcements")
    assert (mode(learner), mode(learner, NoticeKind.SEAT_GIVEN)) == ("never", "at_once")

    tab_to(plain, plain.get_by_role("button", name="Stop all of them"))
    plain.keyboard.press("Enter")

    expect(plain.get_by_role("status")).to_contain_text("except those about your account itself")
    assert mode(learner, NoticeKind.SEAT_GIVEN) == "never"
