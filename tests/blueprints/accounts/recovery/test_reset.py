from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry, Event
from learnstream.services.accounts import links
from learnstream.services.accounts.links import Purpose
from tests.factories import PASSWORD
from tests.problems import outcome
from tests.second_factors import make_second_factor

NEW = "another walrus entirely"


@pytest.fixture
def token(accounts, stranger):
    return accounts.token(Purpose.RESET_PASSWORD, stranger)


def reset(client, token, password=NEW):
    return client.post("/auth/password/reset", json={"token": token, "password": password})


def login(client, person, password):
    return client.post("/auth/login", json={"email": person.email, "password": password})


def test_a_link_sets_a_new_password_and_verifies_the_address(client, token, stranger, accounts):
    response = reset(client, token)

    assert (response.status_code, response.data) == (204, b"")
    assert login(client, stranger, PASSWORD).status_code == 401
    assert login(client, stranger, NEW).status_code == 200
    assert accounts.stored(stranger).email_verified_at


def test_all_sessions_end_with_the_next_request(client, token, stranger, separate_session):
    pair = login(client, stranger, PASSWORD).json

    reset(client, token)

    assert client.get("/users/me", auth=stranger).status_code == 401
    assert client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 401
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.details) == ("user.password_reset", None, {"sessions_ended": 2})


def test_a_second_factor_stays(client, token, stranger):
    make_second_factor(stranger)
    reset(client, token)

    assert outcome(login(client, stranger, NEW)) == (403, "mfa_code_required")


def test_the_fact_is_recorded(client, token, stranger, separate_session):
    reset(client, token)

    event = separate_session.scalars(select(Event)).one()
    assert (event.type, event.data) == ("user.password_changed", {"user_id": stranger.id})


def test_a_link_works_once(client, token, stranger):
    reset(client, token)

    assert outcome(reset(client, token, "yet another walrus")) == (400, "link_invalid")
    assert login(client, stranger, NEW).status_code == 200


def test_a_link_used_twice_at_once_works_once(app, token):
    with ThreadPoolExecutor(6) as pool:
        passwords = [f"walrus number {number}" for number in range(6)]
        responses = [*pool.map(lambda password: reset(app.test_client(), token, password), passwords)]

    assert sorted(response.status_code for response in responses) == [204] + [400] * 5


def test_whoever_was_paused_for_wrong_passwords_signs_in_at_once(client, token, stranger, rate_limits):
    assert [login(client, stranger, "wrong").status_code for _ in range(6)] == [401] * 5 + [429]

    reset(client, token)

    assert login(client, stranger, NEW).status_code == 200


@pytest.mark.parametrize("changes", [{"password": "yet another walrus"}, {"email": "stan@school.test"}])
def test_a_link_ends_with_a_new_password_or_address(client, token, stranger, changes):
    client.patch("/users/me", json=changes | {"current_password": PASSWORD}, auth=stranger)

    assert outcome(reset(client, token)) == (400, "link_invalid")


def test_a_link_ends_when_the_account_is_disabled(client, token, stranger, admin):
    client.patch(f"/admin/users/{stranger.id}", json={"is_active": False}, auth=admin)

    assert outcome(reset(client, token)) == (400, "link_invalid")


def test_after_a_weak_password_the_link_still_works(client, token, stranger):
    for password in ("password", "1234567", stranger.email):
        refused = reset(client, token, password)
        assert (refused.status_code, set(refused.json["errors"]["json"])) == (422, {"password"})

    assert reset(client, token).status_code == 204


@pytest.mark.parametrize("purpose", [Purpose.VERIFY_EMAIL])
def test_a_link_for_something_else_is_invalid(client, accounts, stranger, purpose):
    assert outcome(reset(client, accounts.token(purpose, stranger))) == (400, "link_invalid")


def test_a_link_of_an_account_that_does_not_exist_is_invalid(client):
    forged = links.mint(Purpose.RESET_PASSWORD, state="", user=999_999)

    assert outcome(reset(client, forged)) == (400, "link_invalid")


@pytest.mark.parametrize("field", ["token", "password"])
@pytest.mark.parametrize("value", [None, 7, "", "a\x00bcdefgh", "\ud800" * 9, [], {}, "x" * 5000])
def test_an_invalid_field_is_named(client, token, field, value):
    response = client.post("/auth/password/reset", json={"token": token, "password": NEW} | {field: value})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})
