"""Accounts by real mails: a pupil manages an account without help, and an administrator invites a whole school."""

from functools import partial

import pytest

from tests.e2e.conftest import MAILED_WITHIN
from tests.second_factors import code_of
from tests.waiting import within

NAME, FIRST, SECOND = "Paula", "paula@example.com", "paula@school.test"
PASSWORDS = ("a walrus in the pantry", "another walrus entirely", "the last of the walruses")
TEACHER = "tessa@school.example"
PUPILS = ("ada@school.example", "ben@school.example", "cleo@school.example")
PASSWORD = "nine herons by the weir"

pytestmark = pytest.mark.usefixtures("worker")


def test_the_story_of_an_account(visitor, follow, mailbox):
    first, second, third = PASSWORDS
    visitor().call("POST", "/auth/register", 201, name=NAME, email=FIRST, password=first)
    follow(FIRST, "Confirm your e-mail address")
    paula = visitor().sign_in(FIRST, first)
    assert paula.call("GET", "/users/me")["email_verified_at"]

    visitor().call("POST", "/auth/password/forgot", 202, email=FIRST)
    follow(FIRST, "Choose a new password", password=second)
    paula.call("GET", "/users/me", 401)
    mailbox.wait_for(to=FIRST, subject="has been changed", timeout=MAILED_WITHIN)
    paula = visitor().sign_in(FIRST, second)

    mailbox.clear()
    paula.call("PATCH", "/users/me", email=SECOND, current_password=second)
    follow(SECOND, "Confirm your new e-mail address")
    assert paula.call("GET", "/users/me")["email"] == SECOND

    follow(FIRST, "Your e-mail address")
    paula.call("GET", "/users/me", 401)
    follow(FIRST, "Choose a new password", password=third)
    assert visitor().sign_in(FIRST, third).call("GET", "/users/me")["email"] == FIRST


@pytest.fixture
def accept(visitor, follow):
    """Return a function that accepts the invitation in a person's inbox, and signs the person in."""

    def accept(address, name):
        follow(address, "invites you", name=name, password=PASSWORD)
        return visitor().sign_in(address, PASSWORD)

    return accept


def is_waiting(admin, number):
    mails = admin.call("GET", "/admin/mails?state=queued&template=invitation")
    return len(mails) == number and all(each["last_error"] for each in mails)


def publish_course(teacher):
    course = teacher.call("POST", "/courses", 201, title="Botany")
    teacher.call("POST", f"/courses/{course['id']}/lessons", 201, title="Moss", kind="text", body="# Moss")
    teacher.call("POST", f"/courses/{course['id']}/publish", 201)
    return course["id"]


def is_enrolled(pupil, course):
    return [each["course_id"] for each in pupil.call("GET", "/users/me/enrollments")] == [course]


def turn_on_second_factor(teacher):
    secret = teacher.call("POST", "/auth/mfa/totp", 201)["secret"]
    codes = teacher.call("POST", "/auth/mfa/totp/confirm", code=code_of(secret))["recovery_codes"]
    return secret, codes


def test_the_story_of_a_school(admin, visitor, accept, mailbox):
    mailbox.fail("refuse")
    admin.call("POST", "/admin/invitations", 201, email=TEACHER, role="instructor")
    within(MAILED_WITHIN, lambda: is_waiting(admin, 1))
    mailbox.recover()
    teacher = accept(TEACHER, "Tessa")

    secret, recovery_codes = turn_on_second_factor(teacher)
    told = mailbox.wait_for(to=TEACHER, subject="Two-step verification is on", timeout=MAILED_WITHIN)
    assert secret not in told["text"]
    refusal = visitor().call("POST", "/auth/login", 403, email=TEACHER, password=PASSWORD)
    assert refusal["code"] == "mfa_code_required"
    completed = {"mfa_token": refusal["mfa_token"], "code": code_of(secret, steps=1)}
    assert visitor().call("POST", "/auth/login/mfa", **completed)["access_token"]
    assert len(recovery_codes) == 10

    course = publish_course(teacher)
    invited = [{"email": email, "role": "student", "course_ids": [course]} for email in PUPILS]
    admin.call("POST", "/admin/invitations/batch", 201, invitations=invited)
    for number, email in enumerate(PUPILS):
        pupil = accept(email, f"Pupil {number}")
        assert pupil.call("GET", "/users/me")["email_verified_at"]
        within(MAILED_WITHIN, partial(is_enrolled, pupil, course))

    assert admin.call("GET", "/admin/mails?state=failed") == []
    assert {each["state"] for each in admin.call("GET", "/admin/invitations")} == {"accepted"}
