"""Tokens between the two steps of a sign-in."""

import time
from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import update

from learnstream.clock import now
from learnstream.models import User
from learnstream.models.second_factor import SecondFactor
from learnstream.services.accounts import directory
from learnstream.stores.sql import db
from tests.factories import PASSWORD, PASSWORD_HASH, make_person
from tests.problems import outcome
from tests.second_factors import make_second_factor


def test_a_token_is_good_for_its_own_account_only(client, owner, complete, begin, clock, recovery_codes):
    make_second_factor(owner)
    token = client.post("/auth/login", json={"email": owner.email, "password": PASSWORD}).json["mfa_token"]

    assert outcome(complete(token, recovery_code=recovery_codes[0])) == (403, "wrong_code")


def test_a_token_of_the_first_step_is_no_other_token(client, begin):
    token = begin()

    assert client.get("/users/me", headers={"Authorization": f"Bearer {token}"}).json["code"] == "token_invalid"
    assert client.post("/auth/refresh", json={"refresh_token": token}).json["code"] == "token_invalid"
    assert client.post("/auth/logout", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_another_token_is_none_of_the_first_step(client, stranger, complete, clock):
    pair = complete(code=clock.code()).json

    for token in (pair["access_token"], pair["refresh_token"], "nonsense", "e30.e30.e30", "1", "ü.ü.ü"):
        assert outcome(complete(token, code=clock.code(1))) == (401, "mfa_token_invalid")


def test_a_changed_token_is_invalid(begin, complete, clock):
    payload, *rest = begin().split(".")

    assert outcome(complete(".".join([payload[:-1], *rest]), code=clock.code())) == (401, "mfa_token_invalid")
    assert outcome(complete(".".join([payload, *rest])[:-1], code=clock.code())) == (401, "mfa_token_invalid")


@pytest.mark.parametrize(("age", "status"), [(590, 200), (605, 401), (-5, 200), (-60, 401)])
def test_a_token_is_valid_for_ten_minutes_and_from_a_clock_a_little_ahead(
    begin, complete, clock, monkeypatch, age, status
):
    with monkeypatch.context() as past:
        past.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) - age)
        token = begin()

    assert complete(token, code=clock.code()).status_code == status


def test_a_token_signed_with_another_secret_is_invalid(app, begin, complete, clock, monkeypatch):
    token = begin()
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret " * 3)

    assert outcome(complete(token, code=clock.code())) == (401, "mfa_token_invalid")


CHANGES = {
    "password": update(User).values(password_hash=PASSWORD_HASH + "x"),
    "rights": update(User).values(sessions_valid_from=now()),
    "another second factor": update(SecondFactor).values(enabled_at=now() + timedelta(seconds=1)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_token_is_invalid_after_a_change_of_what_it_was_issued_for(begin, complete, clock, change):
    token = begin()
    db.session.execute(CHANGES[change])
    db.session.commit()

    assert outcome(complete(token, code=clock.code())) == (401, "mfa_token_invalid")


def test_a_token_is_invalid_once_the_second_factor_is_removed(client, admin, stranger, begin, complete, clock):
    token = begin()
    directory.remove_second_factor(by=admin.id, user_id=stranger.id, reason="Lost")
    db.session.commit()

    assert outcome(complete(token, code=clock.code())) == (401, "mfa_token_invalid")
    assert client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD}).status_code == 200


def test_a_disabled_account_is_not_signed_in(begin, complete, clock, stranger):
    token = begin()
    db.session.execute(update(User).where(User.id == stranger.id).values(is_active=False))
    db.session.commit()

    assert outcome(complete(token, code=clock.code())) == (403, "account_disabled")


def test_a_wrong_password_reveals_no_second_factor(client, stranger, recovery_codes):
    response = client.post("/auth/login", json={"email": stranger.email, "password": "wrong"})

    assert outcome(response) == (401, "invalid_credentials")


def test_a_pending_second_factor_asks_for_no_code(client):
    person = make_person()
    make_second_factor(person, enabled=False)

    assert client.post("/auth/login", json={"email": person.email, "password": PASSWORD}).status_code == 200


def test_the_oauth2_form_asks_for_a_code_as_well(client, stranger, complete, clock):
    response = client.post("/auth/token", data={"username": stranger.email, "password": PASSWORD})

    assert outcome(response) == (403, "mfa_code_required")
    assert (response.json["error"], response.json["error_description"]) == ("invalid_grant", response.json["detail"])
    assert complete(response.json["mfa_token"], code=clock.code()).status_code == 200


def test_a_secret_whose_key_was_removed_leaves_the_recovery_codes(app, complete, clock, recovery_codes, monkeypatch):
    monkeypatch.setitem(app.config, "SECOND_FACTOR_KEYS", ["n" * 40])

    assert outcome(complete(code=clock.code())) == (503, "second_factor_unconfigured")
    assert complete(recovery_code=recovery_codes[0]).status_code == 200


@pytest.mark.parametrize("token", [None, 7, "", "a\x00b", "\ud800", [], "x" * 5000])
def test_an_invalid_token_field_is_named(client, token):
    response = client.post("/auth/login/mfa", json={"mfa_token": token, "code": "123456"})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"mfa_token"})
