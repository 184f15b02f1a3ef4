import statistics
import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import RefreshToken, Session, User
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_person


def login(client, email, password=PASSWORD, **kwargs):
    return client.post("/auth/login", json={"email": email, "password": password}, **kwargs)


def test_the_right_password_returns_working_tokens(client, stranger):
    response = login(client, stranger.email)

    assert response.status_code == 200
    assert set(response.json) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (response.json["token_type"], response.json["expires_in"]) == ("bearer", 900)
    headers = {"Authorization": f"Bearer {response.json['access_token']}"}
    assert client.get("/auth/sessions", headers=headers).status_code == 200


def test_a_token_from_a_dyno_with_a_slow_clock_is_accepted(client, stranger):
    db.session.execute(db.update(User).values(sessions_valid_from=now() + timedelta(seconds=1)))
    db.session.commit()

    token = login(client, stranger.email).json["access_token"]

    assert client.get("/auth/sessions", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_token_responses_are_not_cacheable(client, stranger):
    assert login(client, stranger.email).headers["Cache-Control"] == "no-store"


def test_the_email_address_is_case_insensitive(client, stranger):
    assert login(client, stranger.email.upper()).status_code == 200


def test_a_session_records_device_and_ip_address(client, stranger, separate_session):
    login(client, stranger.email, headers={"User-Agent": "Browser/1 \x7f" + "x" * 400})

    session = separate_session.scalars(select(Session).where(Session.id != stranger.session_id)).one()
    assert session.user_agent == ("Browser/1 " + "x" * 400)[:300]
    assert session.ip == "127.0.0.1"


def test_the_refresh_token_is_not_stored(client, stranger, separate_session):
    token = login(client, stranger.email).json["refresh_token"]

    row = separate_session.scalars(select(RefreshToken)).one()
    assert token.encode() not in row.token_hash
    assert token.split(".")[2] not in str(vars(row))


@pytest.mark.parametrize("password", ["wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 128])
def test_a_wrong_password_is_rejected(client, stranger, password):
    response = login(client, stranger.email, password)

    assert (response.status_code, response.json["code"]) == (401, "invalid_credentials")


def test_an_unknown_account_gets_the_same_response(client, stranger):
    known, unknown = login(client, stranger.email, "wrong").json, login(client, "nobody@example.com", "wrong").json

    assert known | {"request_id": ""} == unknown | {"request_id": ""}


def test_an_unknown_account_takes_the_same_time(app, client, stranger, monkeypatch):
    monkeypatch.setitem(app.config, "ARGON2", {"memory_cost": 8192, "time_cost": 4, "parallelism": 1})
    hasher = PasswordHasher(**app.config["ARGON2"])
    db.session.execute(db.update(User).values(password_hash=hasher.hash(PASSWORD)))
    db.session.commit()

    def seconds(email):
        began = time.perf_counter()
        login(client, email, "wrong")
        return time.perf_counter() - began

    seconds("nobody@example.com")  # the first one creates the hash that unknown accounts are checked against
    known, unknown = zip(*((seconds(stranger.email), seconds("nobody@example.com")) for _ in range(9)), strict=True)

    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


def test_a_disabled_account_is_reported_only_with_the_right_password(client, app):
    person = make_person(is_active=False)

    right, wrong = login(client, person.email), login(client, person.email, "wrong")

    assert (right.status_code, right.json["code"]) == (403, "account_disabled")
    assert (wrong.status_code, wrong.json["code"]) == (401, "invalid_credentials")


def test_a_hash_with_outdated_parameters_is_renewed(app, client, stranger, separate_session, monkeypatch):
    monkeypatch.setitem(app.config, "ARGON2", {"memory_cost": 16, "time_cost": 2, "parallelism": 1})

    assert login(client, stranger.email).status_code == 200

    renewed = separate_session.get_one(User, stranger.id).password_hash
    assert "m=16,t=2,p=1" in renewed
    assert login(client, stranger.email).status_code == 200


def test_composed_and_decomposed_accents_are_the_same_password(client):
    client.post("/auth/register", json={"name": "Zoë", "email": "zoe@example.com", "password": "caf\u00e9 au lait"})

    assert login(client, "zoe@example.com", "cafe\u0301 au lait").status_code == 200


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("value", [None, 7, 10**40, "", "a\x00b@example.com", "\ud800", [], {}, "x" * 300])
def test_an_invalid_field_is_named(client, stranger, field, value):
    response = client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD} | {field: value})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})
