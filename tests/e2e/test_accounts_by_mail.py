"""A pupil registers, verifies the address, forgets the password, changes the address and undoes it: all by real mails."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest

NAME, FIRST, SECOND = "Paula", "paula@example.com", "paula@school.test"
PASSWORDS = ("a walrus in the pantry", "another walrus entirely", "the last of the walruses")


pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def follow(visitor, mailbox):
    """Return a function that opens the link in a mail and clicks its button, with the fields filled in."""

    def follow(to, subject, **fields):
        mail = mailbox.wait_for(to=to, subject=subject, timeout=60)
        mailbox.clear()
        link = re.search(r"http://\S+token=\S+", mail["text"])[0]
        browser = visitor().http
        page = browser.get(link, timeout=20)
        action = re.search(r'action="([^"]*)"', page.text)[1]
        token = unescape(re.search(r'name="token" value="([^"]*)"', page.text)[1])
        done = browser.post(urljoin(link, action), data={"token": token, **fields}, timeout=20)
        assert (page.status_code, done.status_code) == (200, 200), done.text

    return follow


def test_the_story_of_an_account(visitor, follow, mailbox):
    first, second, third = PASSWORDS
    visitor().call("POST", "/auth/register", 201, name=NAME, email=FIRST, password=first)
    follow(FIRST, "Confirm your e-mail address")
    paula = visitor().sign_in(FIRST, first)
    assert paula.call("GET", "/users/me")["email_verified_at"]

    visitor().call("POST", "/auth/password/forgot", 202, email=FIRST)
    follow(FIRST, "Choose a new password", password=second)
    paula.call("GET", "/users/me", 401)
    mailbox.wait_for(to=FIRST, subject="has been changed", timeout=60)
    paula = visitor().sign_in(FIRST, second)

    paula.call("PATCH", "/users/me", email=SECOND, current_password=second)
    follow(SECOND, "Confirm your new e-mail address")
    assert paula.call("GET", "/users/me")["email"] == SECOND

    follow(FIRST, "Your e-mail address")
    paula.call("GET", "/users/me", 401)
    follow(FIRST, "Choose a new password", password=third)
    assert visitor().sign_in(FIRST, third).call("GET", "/users/me")["email"] == FIRST
