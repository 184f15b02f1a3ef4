"""Guesses of second factors' codes are counted, and pause the account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import AuditEntry
from learnstream.models.second_factor import SecondFactor
from learnstream.stores.sql import db
from tests.factories import PASSWORD
from tests.problems import outcome
from tests.second_factors import make_second_factor

WRONG = "000 000"


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
