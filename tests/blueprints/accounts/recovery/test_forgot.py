import pytest

from learnstream.stores.sql import db
from tests.factories import make_person

UNKNOWN = "nobody@example.com"


pytestmark = pytest.mark.usefixtures("mail_configured")


def forget(client, email, ip="203.0.113.7"):
    return client.post("/auth/password/forgot", json={"email": email}, environ_overrides={"REMOTE_ADDR": ip})


def test_known_and_unknown_addresses_get_the_same_response(client, stranger):
    known, unknown = forget(client, stranger.email), forget(client, UNKNOWN)

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert known.status_code == 202
    assert {*known.headers.keys()} == {*unknown.headers.keys()}


def test_the_same_work_is_done_for_known_and_unknown_addresses(client, stranger, statements):
    with statements() as known:
        forget(client, stranger.email)
    with statements() as unknown:
        forget(client, UNKNOWN)

    assert known == unknown
    assert not any("users" in statement for statement in known)


def test_the_rest_is_left_to_the_worker(client, stranger, accounts):
    forget(client, stranger.email.upper())

    domain = stranger.email.upper().partition("@")
    email = f"{domain[0]}@{domain[2].lower()}"
    assert accounts.commands() == [{"command": "forgotten_password", "email": email, "cause": None}]


def test_without_mail_nothing_is_said_to_be_sent(app, client, stranger, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", "")

    for email in (stranger.email, UNKNOWN):
        response = forget(client, email)
        assert (response.status_code, response.json["code"]) == (503, "mail_unconfigured")


@pytest.mark.parametrize("email", ["known", UNKNOWN])
def test_requests_for_an_address_are_limited_whether_it_has_an_account_or_not(client, rate_limits, email):
    address = make_person().email if email == "known" else email

    assert [forget(client, address).status_code for _ in range(6)] == [202] * 5 + [429]
    assert forget(client, address, ip="203.0.113.8").status_code == 202
    assert forget(client, address.upper()).status_code == 429


def test_requests_for_an_address_are_limited_over_all_networks(client, rate_limits, stranger):
    statuses = [forget(client, stranger.email, ip=f"203.0.113.{number}").status_code for number in range(21)]

    assert statuses == [202] * 20 + [429]


@pytest.mark.parametrize("email", [None, 7, "", "sam", "a\x00b@example.com", [], "x" * 300 + "@example.com"])
def test_an_invalid_address_is_named(client, email):
    response = forget(client, email)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"email"})
    db.session.rollback()
