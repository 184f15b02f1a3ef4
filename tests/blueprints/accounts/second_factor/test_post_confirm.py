"""POST /auth/mfa/totp/confirm"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, Event, Session
from learnstream.models.second_factor import RecoveryCode
from learnstream.stores.sql import db
from tests.factories import PASSWORD
from tests.second_factors import make_second_factor


@pytest.fixture
def pending(stranger, clock):
    make_second_factor(stranger, enabled=False)


def confirm(client, person, code):
    return client.post("/auth/mfa/totp/confirm", json={"code": code}, auth=person)


def test_a_code_enables_the_second_factor_and_returns_ten_recovery_codes(client, stranger, pending, clock):
    response = confirm(client, stranger, clock.code())

    codes = response.json["recovery_codes"]
    assert (response.status_code, len(codes), len(set(codes))) == (200, 10, 10)
    assert {len(code) for code in codes} == {19}
    assert response.headers["Cache-Control"] == "no-store"
    login = client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD})
    body = {"mfa_token": login.json["mfa_token"], "recovery_code": codes[0]}
    assert client.post("/auth/login/mfa", json=body).status_code == 200


def test_the_code_is_used_up(client, stranger, pending, complete_after, clock):
    confirm(client, stranger, clock.code())

    assert complete_after(clock.code()) == 403
    assert complete_after(clock.code(1)) == 200


@pytest.fixture
def complete_after(client, stranger):
    def complete(code):
        login = client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD})
        body = {"mfa_token": login.json["mfa_token"], "code": code}
        return client.post("/auth/login/mfa", json=body).status_code

    return complete


def test_it_is_in_the_feed_and_the_audit_log(client, stranger, pending, clock, separate_session):
    confirm(client, stranger, clock.code())

    event = separate_session.scalars(select(Event)).one()
    assert (event.type, event.data) == ("user.second_factor_enabled", {"user_id": stranger.id})
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("user.second_factor_enabled", stranger.id)


def test_a_wrong_code_changes_nothing(client, stranger, pending):
    response = confirm(client, stranger, "000000")

    assert (response.status_code, response.json["code"]) == (403, "wrong_code")
    assert not client.get("/auth/mfa", auth=stranger).json["enabled"]


def test_without_a_secret_there_is_nothing_to_confirm(client, stranger):
    assert confirm(client, stranger, "123456").status_code == 404


def test_it_is_confirmed_once(client, stranger, recovery_codes, clock):
    response = confirm(client, stranger, clock.code())

    assert (response.status_code, response.json["code"]) == (409, "second_factor_enabled")


def test_confirmed_twice_at_once_it_has_one_set_of_recovery_codes(app, stranger, pending, clock, separate_session):
    def send(_):
        return confirm(app.test_client(), stranger, clock.code()).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(send, range(4)))

    assert statuses == [200, 409, 409, 409]
    assert separate_session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


@pytest.mark.parametrize("code", [None, 123456, "", "1234567", "\uff11\uff12\uff13\uff14\uff15\uff16", []])
def test_an_invalid_code_is_named(client, stranger, pending, code):
    response = confirm(client, stranger, code)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"code"})


def test_it_needs_a_recent_sign_in_so_that_a_stolen_token_cannot_guess_codes(client, stranger, pending, clock):
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=16)))
    db.session.commit()

    assert confirm(client, stranger, clock.code()).json["code"] == "reauthentication_required"
    assert not client.get("/auth/mfa", auth=stranger).json["enabled"]
    assert client.post("/auth/reauthenticate", json={"password": PASSWORD}, auth=stranger).status_code == 204
    assert confirm(client, stranger, clock.code()).status_code == 200
