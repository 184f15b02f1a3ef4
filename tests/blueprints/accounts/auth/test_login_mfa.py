"""Sign-in of an account with a second factor."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, Event, Session, User
from learnstream.models.second_factor import RecoveryCode, SecondFactor
from learnstream.services.accounts import directory
from learnstream.stores.sql import db
from tests.factories import PASSWORD, PASSWORD_HASH, make_person
from tests.problems import outcome
from tests.second_factors import make_second_factor

WRONG = "000 000"


def sessions_of(person):
    return db.session.scalar(select(func.count()).where(Session.user_id == person.id))


def test_the_password_alone_begins_no_session(client, stranger, begin):
    assert begin()

    assert sessions_of(stranger) == 1


def test_a_code_completes_the_sign_in(client, complete, clock):
    response = complete(code=clock.code())

    assert set(response.json) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert response.headers["Cache-Control"] == "no-store"
    headers = {"Authorization": f"Bearer {response.json['access_token']}"}
    assert client.get("/users/me", headers=headers).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 200), (0, 200), (1, 200), (2, 403)])
def test_codes_of_the_steps_beside_the_present_one_are_accepted(complete, clock, steps, status):
    assert complete(code=clock.code(steps)).status_code == status


def test_a_code_works_once(complete, clock):
    assert complete(code=clock.code()).status_code == 200
    assert outcome(complete(code=clock.code())) == (403, "wrong_code")
    assert outcome(complete(code=clock.code(-1))) == (403, "wrong_code")
    assert complete(code=clock.code(1)).status_code == 200


def test_a_used_code_is_not_accepted_again_after_the_clock_was_set_back(complete, clock):
    clock.set(10)
    assert complete(code=clock.code(10)).status_code == 200

    clock.set(9)
    assert complete(code=clock.code(10)).status_code == 403
    assert complete(code=clock.code(9)).status_code == 403


def test_of_many_who_send_a_code_at_once_one_is_signed_in(app, stranger, begin, clock):
    tokens = [begin() for _ in range(10)]

    def send(token):
        body = {"mfa_token": token, "code": clock.code()}
        return app.test_client().post("/auth/login/mfa", json=body).status_code

    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = [*pool.map(send, tokens)]

    assert (statuses.count(200), statuses.count(403), statuses.count(429)) == (1, 5, 4)
    assert sessions_of(stranger) == 2


@pytest.mark.parametrize(
    "code",
    [
        "12345",
        "1234567",
        "12 34 56",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0664\u0669\u0662\u0660\u0663\u0669",
        "-12345",
        "0x1234",
        "1e5000",
        "",
    ],
)
def test_a_malformed_code_is_named_and_not_counted(complete, separate_session, code):
    response = complete(code=code)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"code"})
    assert separate_session.scalar(select(SecondFactor.failures)) == 0


@pytest.mark.parametrize("code", [123456, 123456.0, None, True, ["123456"], {}])
def test_a_code_is_a_text(complete, code):
    assert complete(code=code).json["errors"]["json"].keys() == {"code"}


def test_a_code_may_be_sent_as_apps_show_it(complete, clock):
    code = clock.code()

    assert complete(code=f" {code[:3]} {code[3:]} ").status_code == 200


def test_a_code_or_a_recovery_code_is_needed_but_not_both(complete, clock, recovery_codes):
    neither, both = complete(), complete(code=clock.code(), recovery_code=recovery_codes[0])

    assert neither.json["errors"]["json"].keys() == {"code"}
    assert both.json["errors"]["json"].keys() == {"recovery_code"}


# --- recovery codes


def test_a_recovery_code_works_once_and_is_in_feed_and_audit_log(complete, recovery_codes, separate_session):
    assert complete(recovery_code=recovery_codes[3]).status_code == 200
    assert outcome(complete(recovery_code=recovery_codes[3])) == (403, "wrong_code")
    assert complete(recovery_code=recovery_codes[4]).status_code == 200

    used = separate_session.scalars(select(Event).where(Event.type == "user.recovery_code_used").order_by(Event.id))
    assert [event.data["left"] for event in used] == [9, 8]
    actions = separate_session.scalars(select(AuditEntry.action)).all()
    assert actions.count("user.recovery_code_used") == 2


def test_a_recovery_code_used_twice_at_once_signs_in_once(app, begin, recovery_codes):
    tokens = [begin() for _ in range(5)]

    def send(token):
        body = {"mfa_token": token, "recovery_code": recovery_codes[0]}
        return app.test_client().post("/auth/login/mfa", json=body).status_code

    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = [*pool.map(send, tokens)]

    assert (statuses.count(200), statuses.count(403)) == (1, 4)


def test_a_recovery_code_may_be_typed_in_any_way(complete, recovery_codes):
    loud = recovery_codes[0].upper().replace("-", "").replace("0", "O").replace("1", "l")
    spaced = recovery_codes[1].replace("-", " ")

    assert complete(recovery_code=loud).status_code == 200
    assert complete(recovery_code=spaced).status_code == 200


def test_recovery_codes_are_stored_as_hashes(recovery_codes, separate_session):
    stored = separate_session.scalars(select(RecoveryCode.code_hash)).all()

    assert len(stored) == len(set(recovery_codes)) == 10
    assert not {code.encode() for code in recovery_codes} & set(stored)


def test_a_recovery_code_of_another_user_is_wrong(complete, owner):
    [other, *_] = make_second_factor(owner)

    assert outcome(complete(recovery_code=other)) == (403, "wrong_code")


# --- guessing


def test_five_wrong_codes_pause_the_account_across_tokens_and_networks(client, begin, complete, clock):
    kept = begin()
    assert [complete(code=WRONG).status_code for _ in range(5)] == [403] * 5

    for token in (kept, begin()):
        body = {"mfa_token": token, "code": clock.code()}
        response = client.post("/auth/login/mfa", json=body, environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
        assert outcome(response) == (429, "rate_limited")
        assert 290 < int(response.headers["Retry-After"]) <= 300


def test_the_pause_is_for_recovery_codes_as_well_and_in_the_audit_log_once(complete, recovery_codes, separate_session):
    statuses = [complete(recovery_code="0000-0000-0000-0000").status_code for _ in range(6)]

    assert statuses == [403] * 5 + [429]
    assert complete(recovery_code=recovery_codes[0]).status_code == 429
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("second_factor.throttled", {"failures": 5})


def test_after_the_pause_five_more_codes_are_checked(complete, clock):
    assert [complete(code=WRONG).status_code for _ in range(5)] == [403] * 5
    end_pause()
    assert [complete(code=WRONG).status_code for _ in range(6)] == [403] * 5 + [429]
    end_pause()

    assert complete(code=clock.code()).status_code == 200


def end_pause(seconds=0):
    db.session.execute(update(SecondFactor).values(paused_until=now() + timedelta(seconds=seconds)))
    db.session.commit()


def test_a_pause_from_before_the_clock_was_set_back_is_over(complete, clock):
    assert complete(code=WRONG).status_code == 403
    end_pause(seconds=3600)

    assert complete(code=clock.code()).status_code == 200


def test_only_a_right_code_resets_the_count(client, stranger, begin, complete, clock):
    for _ in range(4):
        complete(code=WRONG)
    begin()  # the right password
    assert complete(code=clock.code()).status_code == 200

    assert [complete(code=WRONG).status_code for _ in range(4)] == [403] * 4
    begin()
    assert [complete(code=WRONG).status_code for _ in range(2)] == [403, 429]


def test_only_five_of_many_concurrent_guesses_are_checked(app, begin):
    tokens = [begin() for _ in range(20)]

    def guess(token):
        return app.test_client().post("/auth/login/mfa", json={"mfa_token": token, "code": WRONG}).status_code

    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = [*pool.map(guess, tokens)]

    assert (statuses.count(403), statuses.count(429)) == (5, 15)


def test_another_accounts_guesses_pause_nobody_else(client, owner, complete, clock):
    make_second_factor(owner)
    token = client.post("/auth/login", json={"email": owner.email, "password": PASSWORD}).json["mfa_token"]
    for _ in range(6):
        client.post("/auth/login/mfa", json={"mfa_token": token, "code": WRONG})

    assert complete(code=clock.code()).status_code == 200


# --- tokens of the first step


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
