"""Sign-in with a recovery code."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from learnstream.models import AuditEntry, Event
from learnstream.models.second_factor import RecoveryCode
from tests.problems import outcome
from tests.second_factors import make_second_factor


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
