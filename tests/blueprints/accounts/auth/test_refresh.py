from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnstream import tokens
from learnstream.clock import now
from learnstream.models import AuditEntry, RefreshToken, Session, User
from learnstream.stores.sql import db
from tests.factories import PASSWORD

MANY = 50


@pytest.fixture
def pair(client, stranger):
    return client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD}).json


HOME = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}, "headers": {"User-Agent": "Tablet/1"}}
ABROAD = HOME | {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
OTHER_BROWSER = HOME | {"headers": {"User-Agent": "Phone/2"}}


def refresh(client, token, **where):
    return client.post("/auth/refresh", json={"refresh_token": token}, **where)


def outcome(answer):
    return answer.status_code, answer.json.get("code")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def age_uses(seconds):
    """Let the uses so far have happened longer ago."""
    db.session.execute(update(RefreshToken).values(consumed_at=RefreshToken.consumed_at - timedelta(seconds=seconds)))
    db.session.commit()


def test_a_refresh_token_buys_a_new_pair_that_works(client, pair):
    answer = refresh(client, pair["refresh_token"])

    assert answer.status_code == 200
    assert answer.json["refresh_token"] != pair["refresh_token"]
    assert client.get("/auth/sessions", headers=bearer(answer.json["access_token"])).status_code == 200
    assert refresh(client, answer.json["refresh_token"]).status_code == 200


def test_a_second_tab_gets_the_same_child_byte_for_byte(client, pair):
    first = refresh(client, pair["refresh_token"])
    second = refresh(client, pair["refresh_token"])

    assert second.json["refresh_token"] == first.json["refresh_token"]
    assert client.get("/auth/sessions", headers=bearer(second.json["access_token"])).status_code == 200


def test_fifty_refreshes_at_once_make_one_child(app, pair, fresh):
    def call(_):
        return refresh(app.test_client(), pair["refresh_token"])

    # More threads than connections would only wait for those, and give up on a busy machine.
    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        answers = list(pool.map(call, range(MANY)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json["refresh_token"] for answer in answers}) == 1
    assert fresh.scalar(select(func.count()).select_from(RefreshToken)) == 2


def test_older_reuse_ends_the_session_and_says_so_in_the_audit_log(client, pair, stranger, fresh):
    child = refresh(client, pair["refresh_token"]).json
    age_uses(301)

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_reused")

    assert outcome(refresh(client, child["refresh_token"])) == (401, "token_revoked")
    assert client.get("/auth/sessions", headers=bearer(child["access_token"])).json["code"] == "token_revoked"
    entry = fresh.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.ip) == ("session.token_reused", stranger.id, "127.0.0.1")


@pytest.mark.parametrize(
    ("seconds", "where"), [(13, HOME), (13, ABROAD), (59, ABROAD), (59, OTHER_BROWSER), (61, HOME), (299, HOME)]
)
def test_a_client_whose_answer_was_lost_gets_the_same_child_byte_for_byte(client, pair, seconds, where):
    lost = refresh(client, pair["refresh_token"], **HOME).json["refresh_token"]
    age_uses(seconds)

    again = refresh(client, pair["refresh_token"], **where)

    assert again.json["refresh_token"] == lost
    assert client.get("/auth/sessions", headers=bearer(again.json["access_token"])).status_code == 200
    assert refresh(client, lost, **where).status_code == 200


@pytest.mark.parametrize(("seconds", "where"), [(61, ABROAD), (61, OTHER_BROWSER), (301, HOME)])
def test_too_late_or_from_elsewhere_it_is_reuse(client, pair, seconds, where):
    lost = refresh(client, pair["refresh_token"], **HOME).json["refresh_token"]
    age_uses(seconds)

    assert outcome(refresh(client, pair["refresh_token"], **where)) == (401, "token_reused")
    assert outcome(refresh(client, lost, **HOME)) == (401, "token_revoked")


def test_a_lost_answer_is_given_three_times_more_and_each_is_in_the_audit_log(client, pair, stranger, fresh):
    refresh(client, pair["refresh_token"], **HOME)
    age_uses(13)

    outcomes = [outcome(refresh(client, pair["refresh_token"], **HOME)) for _ in range(4)]

    assert outcomes == [(200, None)] * 3 + [(401, "token_reused")]
    entries = fresh.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {(entry.actor_id, entry.target_id) for entry in entries} == {(stranger.id, entries[0].target_id)}
    assert [(entry.action, entry.details.get("times")) for entry in entries] == [
        *(("session.refresh_repeated", times) for times in (1, 2, 3)),
        ("session.token_reused", None),
    ]


def test_a_lost_answer_is_not_given_again_once_its_child_was_used(client, pair):
    child = refresh(client, pair["refresh_token"], **HOME).json["refresh_token"]
    refresh(client, child, **HOME)
    age_uses(13)

    assert outcome(refresh(client, pair["refresh_token"], **HOME)) == (401, "token_reused")


def test_tabs_that_wake_up_together_are_not_counted(client, pair, fresh):
    refresh(client, pair["refresh_token"], **HOME)

    assert {refresh(client, pair["refresh_token"], **HOME).status_code for _ in range(5)} == {200}
    assert fresh.scalars(select(AuditEntry)).all() == []


def test_what_an_earlier_release_consumed_is_given_again_for_a_minute(client, pair):
    refresh(client, pair["refresh_token"], **HOME)
    db.session.execute(update(RefreshToken).values(consumed_by=None))
    age_uses(59)
    assert refresh(client, pair["refresh_token"], **HOME).status_code == 200
    age_uses(2)

    assert outcome(refresh(client, pair["refresh_token"], **HOME)) == (401, "token_reused")


def test_a_grandparent_is_reuse_even_at_once(client, pair):
    child = refresh(client, pair["refresh_token"]).json
    refresh(client, child["refresh_token"])

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_reused")


def test_reuse_in_one_session_leaves_the_others_alone(client, pair, stranger):
    refresh(client, pair["refresh_token"])
    age_uses(301)
    refresh(client, pair["refresh_token"])

    assert client.get("/auth/sessions", auth=stranger).status_code == 200


def test_an_access_token_is_no_refresh_token(client, pair):
    assert outcome(refresh(client, pair["access_token"])) == (401, "token_invalid")


def test_a_refresh_token_is_no_access_token(client, pair):
    assert client.get("/auth/sessions", headers=bearer(pair["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["x", "a.b.c", "e30.e30.e30", "é", "x" * 4000, "eyJhbGciOiJub25lIn0.e30."])
def test_a_foreign_token_is_refused(client, token):
    assert outcome(refresh(client, token)) == (401, "token_invalid")


def test_a_well_signed_token_that_was_never_issued_is_refused(app, client, pair):
    claims = tokens.decode(pair["refresh_token"], kind="refresh")

    assert outcome(refresh(client, tokens.mint(claims | {"jti": "another"}))) == (401, "token_invalid")


def test_an_expired_token_says_so(app, client, pair):
    claims = tokens.decode(pair["refresh_token"], kind="refresh")

    assert outcome(refresh(client, tokens.mint(claims | {"exp": 1}))) == (401, "token_expired")


def test_a_session_ends_however_often_it_is_refreshed(client, pair):
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


def test_tokens_outlive_a_new_signing_key(app, client, pair, monkeypatch):
    old = app.config["JWT_SECRET_KEYS"]
    first = refresh(client, pair["refresh_token"]).json["refresh_token"]

    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40, *old])

    assert refresh(client, pair["refresh_token"]).json["refresh_token"] == first
    assert refresh(client, first).status_code == 200


def test_a_retired_signing_key_ends_its_tokens(app, client, pair, monkeypatch):
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40])

    assert outcome(refresh(client, pair["refresh_token"])) == (401, "token_invalid")


@pytest.mark.parametrize("value", [None, 7, "", "a\x00b", "\ud800", [], "x" * 5000])
def test_a_broken_field_is_named(client, value):
    answer = refresh(client, value)

    assert (answer.status_code, set(answer.json["errors"]["json"])) == (422, {"refresh_token"})
