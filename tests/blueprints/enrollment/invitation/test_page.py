"""The page of an invitation's link, as a browser without JavaScript uses it."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry, Role, User
from learnstream.models.second_factor import SecondFactor
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_course, make_person
from tests.second_factors import code_of, make_second_factor

NEW = "another walrus entirely"


@pytest.fixture
def visit(client, token_of):
    """Return a function that opens the link of an invitation."""

    def visit(invitation, **headers):
        return client.get("/invitation", query_string={"token": token_of(invitation)}, headers=headers)

    return visit


def submit(client, page, **fields):
    """Click the button of a page; `fields` are filled in before."""
    action = re.search(r'<form method="post" action="([^"]*)">', page.text)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return client.post(unescape(action), data={name: unescape(value) for name, value in hidden.items()} | fields)


def alert(page):
    return re.search(r'role="alert"[^>]*>\s*([^<]*?)\s*</p>', page.text)[1]


def inputs(page):
    return set(re.findall(r'<input[^>]* name="(\w+)"', page.text)) - {"token"}


def stored(session, email="tara@example.com"):
    session.rollback()
    return session.scalars(select(User).where(User.email == email)).one_or_none()


def test_the_page_shows_who_invites_to_what(client, visit, owner, admin, make_invitation):
    courses = [make_course(owner, title="<Botany>"), make_course(owner, title="Astronomy")]
    invitation = make_invitation("tara@example.com", Role.INSTRUCTOR, *courses, message="Hi!\n<b>Ada</b>")

    page = visit(invitation)

    assert (page.status_code, page.mimetype) == (200, "text/html")
    shown = (f"{admin.name} invites you to teach", "&lt;Botany&gt;", "Astronomy", "&lt;b&gt;Ada", "tara@example.com")
    assert [text for text in shown if text not in page.text] == []
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_opening_it_any_number_of_times_uses_nothing_up(client, visit, invitation, separate_session):
    for _ in range(3):
        page = visit(invitation)

    assert stored(separate_session) is None
    assert submit(client, page, name="Tara", password=NEW).status_code == 200


def test_an_account_is_created_with_name_and_password(client, visit, invitation, separate_session):
    page = visit(invitation)
    done = submit(client, page, name="Tara Lind", password=NEW)

    assert (inputs(page), done.status_code) == ({"name", "password"}, 200)
    assert "Your account has been created" in done.text
    user = stored(separate_session)
    assert (user.name, user.email_verified_at is None) == ("Tara Lind", False)
    assert client.post("/auth/login", json={"email": user.email, "password": NEW}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "Tara", "password": "password"}, "too easy to guess"),
        ({"name": "Tara", "password": "short"}, "too easy to guess"),
        ({"name": "Tara", "password": ""}, "too easy to guess"),
        ({"name": "", "password": NEW}, "Enter your name"),
        ({"name": "x" * 101, "password": NEW}, "Enter your name"),
        ({"name": "a\x00", "password": NEW}, "Enter your name"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_remains_valid(client, visit, invitation, fields, message):
    again = submit(client, visit(invitation), **fields)

    assert (again.status_code, message in alert(again)) == (422, True)
    assert 'value="Tara"' in again.text or fields["name"] != "Tara"
    assert submit(client, again, name="Tara", password=NEW).status_code == 200


def test_the_owner_of_an_account_accepts_with_its_password(client, visit, make_invitation, stranger, separate_session):
    page = visit(make_invitation(stranger.email, Role.INSTRUCTOR))
    wrong = submit(client, page, password="wrong password")
    done = submit(client, wrong, password=PASSWORD)

    assert (inputs(page), wrong.status_code, alert(wrong)) == ({"password"}, 401, "The password is wrong.")
    assert (done.status_code, stored(separate_session, stranger.email).role) == (200, Role.INSTRUCTOR)


def test_wrong_passwords_are_throttled_like_those_of_sign_ins(
    client, visit, make_invitation, stranger, rate_limits, separate_session
):
    page = visit(make_invitation(stranger.email))

    statuses = [submit(client, page, password="wrong password").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert submit(client, page, password=PASSWORD).status_code == 429
    assert "login.throttled" in separate_session.scalars(select(AuditEntry.action)).all()


def test_a_second_factor_is_asked_for(client, visit, make_invitation, stranger, separate_session):
    make_second_factor(stranger)
    page = visit(make_invitation(stranger.email, Role.INSTRUCTOR))

    asked = submit(client, page, password=PASSWORD)
    wrong = submit(client, asked, password=PASSWORD, code="000000")

    assert (asked.status_code, inputs(asked)) == (403, {"password", "code"})
    assert (wrong.status_code, "code is wrong" in alert(wrong)) == (403, True)
    assert separate_session.scalar(select(SecondFactor.failures)) == 1
    assert stored(separate_session, stranger.email).role is Role.STUDENT
    assert submit(client, wrong, password=PASSWORD, code=code_of()).status_code == 200


def test_an_account_without_a_password_gets_one(client, visit, make_invitation):
    person = make_person()
    db.session.get(User, person.id).password_hash = ""
    page = visit(make_invitation(person.email))

    assert inputs(page) == {"password"}
    assert submit(client, page, password=NEW).status_code == 200


@pytest.mark.parametrize(
    ("column", "status", "heading"),
    [
        ("accepted_at", 409, "This invitation is not valid"),
        ("revoked_at", 410, "This invitation is not valid"),
        ("expires_at", 410, "This link has expired"),
    ],
)
def test_an_invitation_that_has_ended_is_explained(client, visit, make_invitation, column, status, heading):
    page = visit(make_invitation(**{column: now()}))

    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert f"<h1>{heading}</h1>" in page.text


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
def test_a_broken_link_is_explained(client, token):
    for page in (client.get("/invitation", query_string={"token": token}), client.post("/invitation", data={})):
        assert (page.status_code, page.mimetype) == (400, "text/html")
        assert "This link is not valid" in page.text


def test_the_page_speaks_portuguese(client, visit, invitation):
    page = visit(invitation, **{"Accept-Language": "pt-BR"})

    assert "convidou você para aprender" in page.text
    assert "Aceitar o convite" in page.text


def test_accepting_twice_is_explained(client, visit, invitation):
    page = visit(invitation)
    submit(client, page, name="Tara", password=NEW)

    again = submit(client, page, name="Tara", password=NEW)

    assert (again.status_code, "It has been accepted already" in again.text) == (409, True)
