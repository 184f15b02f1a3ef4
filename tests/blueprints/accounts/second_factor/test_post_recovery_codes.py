"""POST /auth/mfa/recovery-codes"""

from sqlalchemy import select

from learnstream.models import AuditEntry
from tests.factories import PASSWORD


def replace(client, person, password=PASSWORD, **code):
    return client.post("/auth/mfa/recovery-codes", json={"password": password, **code}, auth=person)


def test_new_codes_replace_the_earlier_ones(client, stranger, recovery_codes, clock, complete):
    response = replace(client, stranger, code=clock.code())

    fresh = response.json["recovery_codes"]
    assert (response.status_code, len(set(fresh))) == (200, 10)
    assert not set(fresh) & set(recovery_codes)
    assert complete(recovery_code=recovery_codes[0]).status_code == 403
    assert complete(recovery_code=fresh[0]).status_code == 200


def test_the_last_recovery_code_gets_new_ones(client, stranger, recovery_codes, separate_session):
    assert replace(client, stranger, recovery_code=recovery_codes[0]).status_code == 200

    assert client.get("/auth/mfa", auth=stranger).json["recovery_codes_left"] == 10
    actions = separate_session.scalars(select(AuditEntry.action)).all()
    assert sorted(actions) == ["user.recovery_code_used", "user.recovery_codes_replaced"]


def test_it_needs_password_and_code(client, stranger, recovery_codes, clock):
    assert replace(client, stranger).json["code"] == "mfa_code_required"
    assert replace(client, stranger, "wrong", code=clock.code()).json["code"] == "wrong_password"
    assert replace(client, stranger, code="000000").json["code"] == "wrong_code"


def test_without_a_second_factor_there_are_none(client, stranger):
    assert replace(client, stranger).status_code == 404
