from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnstream import tokens
from learnstream.clock import now
from learnstream.models import AuditEntry, RefreshToken, Session, User
from learnstream.stores.sql import db
from tests.factories import PASSWORD
from tests.problems import outcome

PARALLEL_REQUESTS = 50


@pytest.fixture
def pair(client, stranger):
    return client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD}).json


CLIENT = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}, "headers": {"User-Agent": "Tablet/1"}}
OTHER_NETWORK = CLIENT | {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
OTHER_BROWSER = CLIENT | {"headers": {"User-Agent": "Phone/2"}}


def refresh(client, token, **where):
    return client.post("/auth/refresh", json={"refresh_token": token}, **where)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def age_uses(seconds):
    """Move the recorded uses into the past."""
    db.session.execute(update(RefreshToken).values(consumed_at=RefreshToken.consumed_at - timedelta(seconds=seconds)))
    db.session.commit()


def test_a_refresh_token_returns_working_new_tokens(client, pair):
    response = refresh(client, pair["refresh_token"])

    assert response.status_code == 200
    assert response.json["refresh_token"] != pair["refresh_token"]
    assert client.get("/auth/sessions", headers=bearer(response.json["access_token"])).status_code == 200
    assert refresh(client, response.json["refresh_token"]).status_code == 200


def test_a_second_tab_gets_the_identical_child_token(client, pair):
    first = refresh(client, pair["refresh_token"])
    second = refresh(client, pair["refresh_token"])

    assert second.json["refresh_token"] == first.json["refresh_token"]
    assert client.get("/auth/sessions", headers=bearer(second.json["access_token"])).status_code == 200


def test_fifty_concurrent_refreshes_create_one_child_token(app, pair, separate_session):
    def call(_):
        return refresh(app.test_client(), pair["refresh_token"])

    # More threads than connections would wait for a connection, and time out on a busy machine.
    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        responses = list(pool.map(call, range(PARALLEL_REQUESTS)))

    assert {response.status_code for response in responses} == {200}
    assert len({response.json["refresh_token"] for response in responses}) == 1
    assert separate_session.scalar(select(func.count()).select_from(RefreshToken)) == 2


def test_later_reuse_ends_the_session_and_is_in_the_audit_log(client, pair, stranger, separate_session):
    child = refresh(client, pair["refresh_token"]).json
    age_uses(301)

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_reused")

    assert outcome(refresh(client, child["refresh_token"])) == (401, "token_revoked")
    assert client.get("/auth/sessions", headers=bearer(child["access_token"])).json["code"] == "token_revoked"
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.ip) == ("session.token_reused", stranger.id, "127.0.0.1")


@pytest.mark.parametrize(
    ("seconds", "where"),
    [(13, CLIENT), (13, OTHER_NETWORK), (59, OTHER_NETWORK), (59, OTHER_BROWSER), (61, CLIENT), (299, CLIENT)],
)
def test_a_client_that_lost_the_response_gets_the_identical_child_token(client, pair, seconds, where):
    lost = refresh(client, pair["refresh_token"], **CLIENT).json["refresh_token"]
    age_uses(seconds)

    again = refresh(client, pair["refresh_token"], **where)

    assert again.json["refresh_token"] == lost
    assert client.get("/auth/sessions", headers=bearer(again.json["access_token"])).status_code == 200
    assert refresh(client, lost, **where).status_code == 200


@pytest.mark.parametrize(("seconds", "where"), [(61, OTHER_NETWORK), (61, OTHER_BROWSER), (301, CLIENT)])
def test_a_repeat_too_late_or_from_elsewhere_is_reuse(client, pair, seconds, where):
    lost = refresh(client, pair["refresh_token"], **CLIENT).json["refresh_token"]
    age_uses(seconds)

    assert outcome(refresh(client, pair["refresh_token"], **where)) == (401, "token_reused")
    assert outcome(refresh(client, lost, **CLIENT)) == (401, "token_revoked")


def test_a_lost_response_is_repeated_three_times_with_audit_log_entries(client, pair, stranger, separate_session):
    refresh(client, pair["refresh_token"], **CLIENT)
    age_uses(13)

    outcomes = [outcome(refresh(client, pair["refresh_token"], **CLIENT)) for _ in range(4)]

    assert outcomes == [(200, None)] * 3 + [(401, "token_reused")]
    entries = separate_session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {(entry.actor_id, entry.target_id) for entry in entries} == {(stranger.id, entries[0].target_id)}
    assert [(entry.action, entry.details.get("times")) for entry in entries] == [
        *(("session.refresh_repeated", times) for times in (1, 2, 3)),
        ("session.token_reused", None),
    ]


def test_a_lost_response_is_not_repeated_once_its_child_token_was_used(client, pair):
    child = refresh(client, pair["refresh_token"], **CLIENT).json["refresh_token"]
    refresh(client, child, **CLIENT)
    age_uses(13)

    assert outcome(refresh(client, pair["refresh_token"], **CLIENT)) == (401, "token_reused")


def test_concurrent_refreshes_of_tabs_are_not_counted_as_reuse(client, pair, separate_session):
    refresh(client, pair["refresh_token"], **CLIENT)

    assert {refresh(client, pair["refresh_token"], **CLIENT).status_code for _ in range(5)} == {200}
    assert separate_session.scalars(select(AuditEntry)).all() == []


def test_a_token_used_with_an_earlier_release_can_be_repeated_for_a_minute(client, pair):
    refresh(client, pair["refresh_token"], **CLIENT)
    db.session.execute(update(RefreshToken).values(consumed_by=None))
    age_uses(59)
    assert refresh(client, pair["refresh_token"], **CLIENT).status_code == 200
    age_uses(2)

    assert outcome(refresh(client, pair["refresh_token"], **CLIENT)) == (401, "token_reused")


def test_using_a_grandparent_token_is_reuse_even_immediately(client, pair):
    child = refresh(client, pair["refresh_token"]).json
    refresh(client, child["refresh_token"])

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_reused")


def test_reuse_in_one_session_does_not_affect_others(client, pair, stranger):
    refresh(client, pair["refresh_token"])
    age_uses(301)
    refresh(client, pair["refresh_token"])

    assert client.get("/auth/sessions", auth=stranger).status_code == 200


def test_an_access_token_is_not_accepted_as_a_refresh_token(client, pair):
    assert outcome(refresh(client, pair["access_token"])) == (401, "token_invalid")


def test_a_refresh_token_is_not_accepted_as_an_access_token(client, pair):
    assert client.get("/auth/sessions", headers=bearer(pair["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["x", "a.b.c", "e30.e30.e30", "é", "x" * 4000, "eyJhbGciOiJub25lIn0.e30."])
def test_a_foreign_token_is_rejected(client, token):
    assert outcome(refresh(client, token)) == (401, "token_invalid")


def test_a_validly_signed_token_that_was_never_issued_is_rejected(app, client, pair):
    claims = tokens.decode(pair["refresh_token"], kind="refresh")

    assert outcome(refresh(client, tokens.mint(claims | {"jti": "another"}))) == (401, "token_invalid")


def test_an_expired_token_is_reported_as_expired(app, client, pair):
    claims = tokens.decode(pair["refresh_token"], kind="refresh")

    assert outcome(refresh(client, tokens.mint(claims | {"exp": 1}))) == (401, "token_expired")


def test_a_session_ends_regardless_of_refreshes(client, pair):
    db.session.execute(update(Session).values(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_revoked")


def test_a_refresh_token_does_not_outlive_its_session(app, client, pair):
    ends = now() + timedelta(days=3)
    db.session.execute(update(Session).values(expires_at=ends))
    db.session.commit()

    child = refresh(client, pair["refresh_token"]).json["refresh_token"]

    assert tokens.decode(child, kind="refresh")["exp"] == int(ends.timestamp())


def test_a_disabled_account_cannot_refresh(client, pair):
    db.session.execute(update(User).values(is_active=False))
    db.session.commit()

    assert outcome(refresh(client, pair["refresh_token"])) == (403, "account_disabled")


def test_tokens_stay_valid_when_a_signing_key_is_added(app, client, pair, monkeypatch):
    old = app.config["JWT_SECRET_KEYS"]
    first = refresh(client, pair["refresh_token"]).json["refresh_token"]

    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40, *old])

    assert refresh(client, pair["refresh_token"]).json["refresh_token"] == first
    assert refresh(client, first).status_code == 200


def test_removing_a_signing_key_invalidates_its_tokens(app, client, pair, monkeypatch):
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40])

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_invalid")


@pytest.mark.parametrize("value", [None, 7, "", "a\x00b", "\ud800", [], "x" * 5000])
def test_an_invalid_field_is_named(client, value):
    response = refresh(client, value)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"refresh_token"})
