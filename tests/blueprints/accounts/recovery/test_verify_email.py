from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry
from learnstream.services.accounts.links import Purpose
from tests.factories import PASSWORD
from tests.problems import outcome


def verify(client, token):
    return client.post("/auth/verify-email", json={"token": token})


@pytest.fixture
def token(accounts, stranger):
    return accounts.token(Purpose.VERIFY_EMAIL, stranger)


def test_a_link_verifies_the_address(client, token, stranger, accounts, separate_session):
    response = verify(client, token)

    assert (response.status_code, response.data) == (204, b"")
    assert (now() - accounts.stored(stranger).email_verified_at).total_seconds() < 5
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.target_id, entry.details) == ("user.email_verified", str(stranger.id), {})


def test_a_link_works_once(client, token):
    verify(client, token)

    assert outcome(verify(client, token)) == (400, "link_invalid")


def test_a_link_used_twice_at_once_works_once(app, token):
    with ThreadPoolExecutor(6) as pool:
        statuses = [*pool.map(lambda _: verify(app.test_client(), token).status_code, range(6))]

    assert sorted(statuses) == [204] + [400] * 5


def test_all_links_to_an_address_end_with_its_verification(client, accounts, stranger, token):
    verify(client, accounts.token(Purpose.VERIFY_EMAIL, stranger))

    assert outcome(verify(client, token)) == (400, "link_invalid")


def test_a_link_ends_with_the_address_even_if_the_account_returns_to_it(client, token, stranger, accounts):
    for email in ("stan@school.test", stranger.email):
        client.patch("/users/me", json={"email": email, "current_password": PASSWORD}, auth=stranger)
    assert accounts.stored(stranger).email == stranger.email

    assert outcome(verify(client, token)) == (400, "link_invalid")


@pytest.mark.parametrize("purpose", [Purpose.RESET_PASSWORD])
def test_a_link_for_something_else_is_invalid(client, accounts, stranger, purpose):
    assert outcome(verify(client, accounts.token(purpose, stranger))) == (400, "link_invalid")
    assert accounts.stored(stranger).email_verified_at is None


def test_a_link_for_one_account_does_not_verify_another(client, token, stranger, owner, accounts):
    verify(client, token)

    assert accounts.stored(owner).email_verified_at is None


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "a" * 4096])
def test_a_malformed_link_is_invalid(client, token):
    assert outcome(verify(client, token)) == (400, "link_invalid")


@pytest.mark.parametrize("token", [None, 7, "", "a\x00b", "\ud800", [], {}, "x" * 5000])
def test_an_invalid_field_is_named(client, token):
    response = verify(client, token)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"token"})
