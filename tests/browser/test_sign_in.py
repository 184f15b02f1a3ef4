"""Sign-in with a second factor, on the documentation page and on the dashboard."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import update

from learnstream.clock import now
from learnstream.models import Session
from learnstream.stores.sql import db
from tests.browser.conftest import sign_in_by_keyboard, tab_to
from tests.second_factors import code_of, make_second_factor

LARGE, SMALL = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TOO_LATE = {"status": 401, "json": {"code": "mfa_token_invalid", "detail": "The sign-in took too long; start again."}}


@pytest.fixture
def recovery_codes(admin):
    return make_second_factor(admin)


@pytest.fixture
def visit(page, server):
    """Open the documentation page or the dashboard, and send e-mail address and password by keyboard."""

    def visit(path, person):
        page.goto(server + path)
        if path == "/docs":
            page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_label("Code from your authenticator app")).to_be_hidden()
        sign_in_by_keyboard(page, person)

    return visit


def code_field(page):
    return page.get_by_label("Code from your authenticator app")


def alert(page):
    return page.get_by_role("alert").filter(visible=True)


def signed_in(page):
    return expect(page.get_by_role("button", name="Sign out"))


def violations(page):
    form = "dialog" if page.locator("dialog").count() else "#sign-in"
    return {violation["id"] for violation in Axe().run(page, context=form).response["violations"]}


@pytest.mark.parametrize("path", ["/docs", "/dashboard"])
@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(SMALL, "dark", id="small-dark"),
        pytest.param(LARGE, "light", id="large-light", marks=pytest.mark.thorough),
    ],
)
def test_a_code_is_asked_for_and_completes_the_sign_in(
    page, visit, admin, recovery_codes, screenshots, path, size, scheme
):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    visit(path, admin)
    expect(code_field(page)).to_be_focused()
    assert code_field(page).get_attribute("autocomplete") == "one-time-code"
    assert code_field(page).get_attribute("inputmode") == "numeric"
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(alert(page)).to_have_text("The code is wrong, or was used before.")
    expect(code_field(page)).to_be_focused()
    assert violations(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    page.screenshot(path=screenshots / f"sign-in-code-{path[1:]}-{size['width']}-{scheme}.png")

    page.keyboard.type(code_of())  # over the wrong one, which is selected
    page.keyboard.press("Enter")

    signed_in(page).to_be_visible()


@pytest.mark.parametrize("path", ["/docs", "/dashboard"])
def test_a_recovery_code_can_be_entered_instead(page, visit, admin, recovery_codes, path):
    visit(path, admin)
    expect(code_field(page)).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Use a recovery code"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Recovery code")).to_be_focused()
    expect(code_field(page)).to_be_hidden()
    page.keyboard.type(recovery_codes[0])
    page.keyboard.press("Enter")

    signed_in(page).to_be_visible()


def test_without_a_code_nothing_is_sent(page, visit, admin, recovery_codes):
    visit("/docs", admin)
    expect(code_field(page)).to_be_focused()
    page.keyboard.press("Enter")

    expect(alert(page)).to_have_text("Enter a code.")


@pytest.mark.parametrize("code", ["12345", "b7kd-1f9x"])
def test_what_is_wrong_with_a_code_is_said(page, visit, admin, recovery_codes, code):
    visit("/docs", admin)
    expect(code_field(page)).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")

    expect(alert(page)).to_contain_text("Must be six digits.")
    expect(code_field(page)).to_be_focused()


def test_a_sign_in_that_took_too_long_begins_again(page, visit, admin, recovery_codes):
    page.route("**/auth/login/mfa", lambda route: route.fulfill(**TOO_LATE), times=1)
    visit("/docs", admin)
    expect(code_field(page)).to_be_focused()
    page.keyboard.type("123456")
    page.keyboard.press("Enter")
    expect(alert(page)).to_have_text("The sign-in took too long; start again.")
    expect(code_field(page)).to_be_hidden()
    expect(page.get_by_label("Password").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(code_field(page)).to_be_focused()
    page.keyboard.type(code_of())
    page.keyboard.press("Enter")

    signed_in(page).to_be_visible()


def test_another_account_is_asked_for_its_password_first(page, visit, admin, stranger, recovery_codes):
    visit("/docs", admin)
    expect(code_field(page)).to_be_focused()

    page.get_by_label("E-mail address").fill(stranger.email)
    expect(code_field(page)).to_be_hidden()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Sign in").click()
    expect(code_field(page)).to_be_hidden()


def test_the_console_asks_for_the_password_again_where_the_sign_in_is_too_old(page, server, admin):
    page.goto(f"{server}/docs#create_totp")
    page.get_by_role("button", name="Sign in").click()
    sign_in_by_keyboard(page, admin)
    signed_in(page).to_be_visible()
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=16)))
    db.session.commit()
    page.get_by_role("button", name="Test Request (post /auth/mfa/totp)").click()
    expect(page.get_by_role("button", name="Close Client")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(alert(page)).to_have_text("Confirm your password to do this: you signed in too long ago.")
    page.get_by_label("Password").first.fill(admin.password)
    with page.expect_response("**/auth/mfa/totp") as answered:
        page.keyboard.press("Enter")

    assert answered.value.status == 201
