"""The pages of mailed links, as a browser without JavaScript uses them."""

import re
from html import unescape

import pytest

from learnstream.services.accounts import links
from learnstream.services.accounts.links import PAGES, Purpose
from tests.factories import PASSWORD

NEW = "another walrus entirely"
ADDRESS = "stan@school.test"
FORM = "application/x-www-form-urlencoded"
# The page of invitations has tests of its own.
PURPOSES = [each for each in Purpose if each is not Purpose.INVITATION]

pytestmark = pytest.mark.usefixtures("mail_configured")


@pytest.fixture
def token_for(client, accounts, stranger):
    """Return a function that makes a link for this purpose possible, and returns its token."""

    def token_for(purpose):
        if purpose in {Purpose.CONFIRM_ADDRESS, Purpose.UNDO_ADDRESS}:
            client.patch("/users/me", json={"email": ADDRESS, "current_password": PASSWORD}, auth=stranger)
        if purpose is Purpose.UNDO_ADDRESS:
            token = accounts.token(Purpose.CONFIRM_ADDRESS, stranger)
            client.post("/auth/confirm-address", json={"token": token})
        return accounts.token(purpose, stranger)

    return token_for


def get(client, purpose, token, **headers):
    return client.get(PAGES[purpose], query_string={"token": token}, headers=headers)


def submit(client, page, **fields):
    """Click the button of a page; `fields` are filled in before."""
    action = re.search(r'<form method="post" action="([^"]*)">', page.text)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return client.post(unescape(action), data={name: unescape(value) for name, value in hidden.items()} | fields)


def fields_for(purpose):
    return {"password": NEW} if purpose is Purpose.RESET_PASSWORD else {}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_button_uses_the_link(client, purpose, token_for):
    page = get(client, purpose, token_for(purpose))
    done = submit(client, page, **fields_for(purpose))

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert (done.status_code, done.mimetype) == (200, "text/html")
    assert 'role="status"' in done.text
    assert "<form" not in done.text
    again = submit(client, page, **fields_for(purpose))
    assert (again.status_code, "This link is not valid" in again.text) == (400, True)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_opening_a_link_uses_nothing_up(client, purpose, token_for, accounts, stranger):
    token = token_for(purpose)
    before = vars(accounts.stored(stranger)).copy()

    for method in (client.get, client.head, client.options):
        for _ in range(3):
            method(PAGES[purpose], query_string={"token": token})

    after = vars(accounts.stored(stranger))
    assert {name: after[name] for name in before if name[0] != "_"} == {n: v for n, v in before.items() if n[0] != "_"}
    assert submit(client, get(client, purpose, token), **fields_for(purpose)).status_code == 200


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_page_stays_out_of_caches_and_tells_nobody_its_address(client, purpose, token_for):
    for response in (get(client, purpose, token_for(purpose)), get(client, purpose, "x"), client.post(PAGES[purpose])):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        policy = response.headers["Content-Security-Policy"]
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none';")
        assert "<script" not in response.text
        assert "style=" not in response.text


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_wrong_link_is_explained(client, purpose, token_for):
    token = token_for(purpose)

    for wrong in ("", "x", token[:-1], f"{token}x"):
        response = get(client, purpose, wrong)
        assert (response.status_code, response.mimetype) == (400, "text/html")
        assert "This link is not valid" in response.text


def test_an_expired_link_is_explained(client, token_for, monkeypatch):
    monkeypatch.setitem(links.LIFETIMES, Purpose.VERIFY_EMAIL, -links.HOUR)

    response = get(client, Purpose.VERIFY_EMAIL, token_for(Purpose.VERIFY_EMAIL))

    assert (response.status_code, "This link has expired" in response.text) == (410, True)


@pytest.mark.parametrize("password", ["", "short", "password", "x" * 129, "a\x00bcdefgh"])
def test_a_weak_password_can_be_replaced_by_another(client, token_for, password, accounts, stranger):
    page = get(client, Purpose.RESET_PASSWORD, token_for(Purpose.RESET_PASSWORD))

    refused = submit(client, page, password=password)

    assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert f'value="{password}"' not in refused.text
    assert submit(client, refused, password=NEW).status_code == 200


def test_a_taken_address_is_explained(client, token_for):
    page = get(client, Purpose.CONFIRM_ADDRESS, token_for(Purpose.CONFIRM_ADDRESS))
    client.post("/auth/register", json={"name": "Tom", "email": ADDRESS, "password": "a walrus in the pantry"})

    response = submit(client, page)

    assert (response.status_code, "This address is taken" in response.text) == (409, True)


def test_too_many_requests_are_answered_by_a_page(client, rate_limits):
    responses = [client.post("/verify-email", data={"token": "x"}) for _ in range(101)]

    assert responses[-1].status_code == 429
    assert responses[-1].mimetype == "text/html"
    assert int(responses[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("purpose", PURPOSES)
def test_pages_are_translated(client, purpose, token_for):
    token = token_for(purpose)
    english = get(client, purpose, token)
    portuguese = get(client, purpose, token, Accept_Language="pt-BR,pt;q=0.9,en;q=0.8")

    assert (english.headers["Content-Language"], portuguese.headers["Content-Language"]) == ("en", "pt-BR")
    assert '<html lang="pt-BR">' in portuguese.text
    assert texts(english).isdisjoint(texts(portuguese))
    assert "Accept-Language" in portuguese.headers["Vary"]


def texts(page):
    """Return the titles, labels, paragraphs and buttons of a page."""
    found = re.findall(r"<(?:h1|label|p|button)(?: [^>]*)?>([^<]+)<", page.text)
    return {text.strip() for text in found} - {"LearnStream", ""}


@pytest.mark.parametrize("body", [b"", b"token=%ff%fe", b"token=a&token=b", b"\xff\xfe", b"a" * 70_000])
def test_a_malformed_form_is_explained(client, body):
    response = client.post("/verify-email", data=body, content_type=FORM)

    assert 400 <= response.status_code < 500
    assert response.mimetype == "text/html"


def test_a_json_body_is_no_form(client, token_for):
    response = client.post("/verify-email", json={"token": token_for(Purpose.VERIFY_EMAIL)})

    assert response.status_code == 400


def test_the_token_is_escaped(client, token_for):
    page = get(client, Purpose.VERIFY_EMAIL, '"><script>alert(1)</script>')

    assert "<script" not in page.text
