"""The pages of mailed links in a real browser, on small and large screens, without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from learnstream.models import Role
from learnstream.services.accounts.links import PAGES, Purpose
from tests.browser.conftest import tab_to
from tests.factories import PASSWORD

SIZES = {"small": {"width": 390, "height": 700}, "large": {"width": 1280, "height": 800}}


@pytest.fixture
def tokens(client, accounts, stranger, mail_configured, invitation_token):
    """Return a valid token for each purpose: the address was changed once, and is to change again."""
    request_change(client, stranger, "stan@school.test")
    confirmation = accounts.token(Purpose.CONFIRM_ADDRESS, stranger)
    client.post("/auth/confirm-address", json={"token": confirmation})
    undo = accounts.token(Purpose.UNDO_ADDRESS, stranger)
    request_change(client, stranger, "stan@school.example")
    others = {each: accounts.token(each, stranger) for each in (Purpose.RESET_PASSWORD, Purpose.CONFIRM_ADDRESS)}
    return {Purpose.UNDO_ADDRESS: undo, Purpose.INVITATION: invitation_token, **others}


@pytest.fixture
def invitation_token(make_invitation, token_of, course):
    """The token of an invitation to a course, with a message."""
    message = "Welcome! We begin in March.\nBring a telescope if you have one."
    return token_of(make_invitation("tara@example.com", Role.INSTRUCTOR, course, message=message))


def request_change(client, person, email):
    client.patch("/users/me", json={"email": email, "current_password": PASSWORD}, auth=person)


@pytest.fixture
def plain(chromium):
    """A tab without JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    yield page
    context.close()


def violations(page):
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_are_accessible_and_fit_the_screen(page, server, tokens, screenshots, size, scheme):
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme)
    for purpose, token in [*tokens.items(), (Purpose.VERIFY_EMAIL, "x")]:
        page.goto(f"{server}{PAGES[purpose]}?token={token}")

        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
        page.screenshot(path=screenshots / f"account-{purpose.value}-{size}-{scheme}.png")


def test_a_password_is_set_by_keyboard_without_javascript(plain, server, tokens, client, stranger, accounts):
    plain.goto(f"{server}/reset-password?token={tokens[Purpose.RESET_PASSWORD]}")
    plain.get_by_label("New password").fill("password")
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("alert")).to_contain_text("too easy to guess")

    plain.get_by_label("New password").fill("another walrus entirely")
    tab_to(plain, plain.get_by_role("button"))
    plain.keyboard.press("Enter")

    expect(plain.get_by_role("status")).to_contain_text("signed out everywhere")
    assert "token" not in plain.url
    credentials = {"email": accounts.stored(stranger).email, "password": "another walrus entirely"}
    assert client.post("/auth/login", json=credentials).status_code == 200


def test_an_invitation_is_accepted_by_keyboard_without_javascript(plain, server, invitation_token, client):
    plain.goto(f"{server}/invitation?token={invitation_token}")
    plain.get_by_label("Your name").fill("Tara Lind")
    plain.get_by_label("Choose a password").fill("password")
    plain.keyboard.press("Enter")
    expect(plain.get_by_role("alert")).to_contain_text("too easy to guess")
    expect(plain.get_by_label("Your name")).to_have_value("Tara Lind")

    plain.get_by_label("Choose a password").fill("another walrus entirely")
    tab_to(plain, plain.get_by_role("button"))
    plain.keyboard.press("Enter")

    expect(plain.get_by_role("status")).to_contain_text("Your account has been created")
    credentials = {"email": "tara@example.com", "password": "another walrus entirely"}
    assert client.post("/auth/login", json=credentials).status_code == 200


def test_a_change_is_undone_in_portuguese(chromium, server, tokens, stranger, accounts):
    context = chromium.new_context(locale="pt-BR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/undo-address?token={tokens[Purpose.UNDO_ADDRESS]}")

    page.get_by_role("button", name="Não fui eu").click()

    expect(page.get_by_role("heading", name="Seu endereço foi restaurado")).to_be_visible()
    context.close()
    assert accounts.stored(stranger).email == stranger.email
