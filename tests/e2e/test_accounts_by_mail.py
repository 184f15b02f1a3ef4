"""Accounts by real mails: a pupil registers, verifies the address, forgets the password, changes the address and undoes it;
others are invited."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest

from tests.waiting import within

NAME, FIRST, SECOND = "Paula", "paula@example.com", "paula@school.test"
PASSWORDS = ("a walrus in the pantry", "another walrus entirely", "the last of the walruses")


pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def use_link(visitor):
    """Return a function that opens the link in a mail and clicks its button, with the fields filled in."""

    def use_link(mail, **fields):
        link = re.search(r"http://\S+token=\S+", mail["text"])[0]
        browser = visitor().http
        page = browser.get(link, timeout=20)
        action = re.search(r'action="([^"]*)"', page.text)[1]
        token = unescape(re.search(r'name="token" value="([^"]*)"', page.text)[1])
        done = browser.post(urljoin(link, action), data={"token": token, **fields}, timeout=20)
        assert (page.status_code, done.status_code) == (200, 200), done.text

    return use_link


@pytest.fixture
def follow(mailbox, use_link):
    """Return a function that does so with the mail to an address, and deletes it."""

    def follow(to, subject, **fields):
        mail = mailbox.wait_for(to=to, subject=subject, timeout=60)
        mailbox.clear()
        use_link(mail, **fields)

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


@pytest.fixture
def course_id(instructor):
    """A published course."""
    course_id = instructor.call("POST", "/courses", 201, title="Astronomy")["id"]
    instructor.call("POST", f"/courses/{course_id}/lessons", 201, title="Stars", kind="text", body="# Stars")
    instructor.call("POST", f"/courses/{course_id}/publish", 201)
    return course_id


def test_invited_pupils_are_enrolled_once_they_have_accepted(admin, visitor, use_link, mailbox, course_id):
    pupils = [f"pupil{number}@example.com" for number in range(3)]
    invitations = [{"email": email, "role": "student", "course_ids": [course_id]} for email in pupils]
    admin.call("POST", "/admin/invitations/batch", 201, invitations=invitations)

    for email in pupils:
        mail = mailbox.wait_for(to=email, timeout=60)
        assert "Astronomy" in mail["text"]
        use_link(mail, name="Pupil", password=PASSWORDS[0])

    for email in pupils:
        pupil = visitor().sign_in(email, PASSWORDS[0])
        assert pupil.call("GET", "/users/me")["email_verified_at"]
        within(60, lambda who=pupil: who.call("GET", "/users/me/enrollments"))
        [enrollment] = pupil.call("GET", "/users/me/enrollments")
        assert (enrollment["course_id"], enrollment["source"]) == (course_id, "admin")
    assert [each["state"] for each in admin.call("GET", "/admin/invitations")] == ["accepted"] * 3
