"""DELETE /auth/mfa/totp"""

import pytest
from sqlalchemy import func, select

from learnstream.models import AuditEntry, Event
from learnstream.models.second_factor import RecoveryCode, SecondFactor
from tests.factories import PASSWORD
from tests.second_factors import make_second_factor


def remove(client, person, password=PASSWORD, **code):
    return client.delete("/auth/mfa/totp", json={"password": password, **code}, auth=person)


def test_password_and_code_remove_it_with_its_recovery_codes(client, stranger, recovery_codes, clock, separate_session):
    assert remove(client, stranger, code=clock.code()).status_code == 204

    assert client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD}).status_code == 200
    for table in (SecondFactor, RecoveryCode):
        assert separate_session.scalar(select(func.count()).select_from(table)) == 0


def test_a_recovery_code_does_as_well(client, stranger, recovery_codes):
    assert remove(client, stranger, recovery_code=recovery_codes[9]).status_code == 204


def test_it_is_in_the_feed_and_the_audit_log(client, stranger, recovery_codes, clock, separate_session):
    remove(client, stranger, code=clock.code())

    event = separate_session.scalars(select(Event)).one()
    assert (event.type, event.data) == ("user.second_factor_disabled", {"user_id": stranger.id, "how": "owner"})
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.details) == (
        "user.second_factor_disabled",
        stranger.id,
        {"how": "owner"},
    )


def test_the_password_alone_does_not_suffice(client, stranger, recovery_codes):
    response = remove(client, stranger)

    assert (response.status_code, response.json["code"]) == (403, "mfa_code_required")
    assert "mfa_token" not in response.json


def test_nor_does_the_code_alone(client, stranger, recovery_codes, clock):
    assert remove(client, stranger, "wrong", code=clock.code()).json["code"] == "wrong_password"
    # The code was not used up.
    assert remove(client, stranger, code=clock.code()).status_code == 204


def test_wrong_codes_are_counted(client, stranger, recovery_codes, clock):
    responses = [remove(client, stranger, code="000000") for _ in range(6)]

    assert [response.status_code for response in responses] == [403] * 5 + [429]
    assert remove(client, stranger, code=clock.code()).status_code == 429


def test_it_is_removed_once(client, stranger, recovery_codes):
    remove(client, stranger, recovery_code=recovery_codes[0])

    assert remove(client, stranger, recovery_code=recovery_codes[1]).status_code == 404


def test_others_keep_theirs(client, stranger, owner, recovery_codes, clock):
    make_second_factor(owner)
    remove(client, stranger, code=clock.code())

    assert client.get("/auth/mfa", auth=owner).json["enabled"]


@pytest.mark.parametrize("password", [None, 7, "", "\ud800", "x" * 300])
def test_an_invalid_password_field_is_named(client, stranger, password):
    assert remove(client, stranger, password).json["errors"]["json"].keys() == {"password"}
