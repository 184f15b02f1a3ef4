"""Recent sign-ins: what needs one, and how it is renewed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, Role, Session
from learnstream.models.second_factor import SecondFactor
from learnstream.policies import reauthentication
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_person
from tests.second_factors import make_second_factor

NEWCOMER = {"name": "Nina", "email": "nina@example.com", "password": PASSWORD}


def age(person, **columns):
    db.session.execute(update(Session).where(Session.id == person.session_id).values(**columns))
    db.session.commit()


@pytest.fixture
def old_admin(admin):
    """An administrator who signed in twenty minutes ago."""
    age(admin, created_at=now() - timedelta(minutes=20))
    return admin


def promote(client, admin, user):
    return client.patch(f"/admin/users/{user.id}", json={"role": "instructor"}, auth=admin)


def confirm(client, person, password=PASSWORD, **code):
    return client.post("/auth/reauthenticate", json={"password": password, **code}, auth=person)


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 401)])
def test_giving_a_role_needs_a_sign_in_of_the_last_fifteen_minutes(client, admin, stranger, minutes, status):
    age(admin, created_at=now() - timedelta(minutes=minutes))

    assert promote(client, admin, stranger).status_code == status


def test_the_response_says_what_is_missing_and_changes_nothing(client, old_admin, stranger):
    response = promote(client, old_admin, stranger)

    assert (response.status_code, response.json["code"]) == (401, "reauthentication_required")
    assert response.json["retry"] == "after_access"
    assert client.get(f"/admin/users/{stranger.id}", auth=old_admin).json["role"] == "student"


def test_the_password_makes_the_sign_in_recent_again(client, old_admin, stranger):
    assert confirm(client, old_admin).status_code == 204

    assert promote(client, old_admin, stranger).status_code == 200


def test_it_does_so_for_this_session_only(client, old_admin, stranger):
    pair = client.post("/auth/login", json={"email": old_admin.email, "password": PASSWORD}).json

    assert promote(client, old_admin, stranger).status_code == 401
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    body = {"role": "instructor"}
    assert client.patch(f"/admin/users/{stranger.id}", json=body, headers=headers).status_code == 200


def test_refreshing_does_not_make_a_sign_in_recent(client, admin, stranger):
    pair = client.post("/auth/login", json={"email": admin.email, "password": PASSWORD}).json
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=20)))
    db.session.commit()
    renewed = client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}).json["access_token"]

    body, headers = {"role": "instructor"}, {"Authorization": f"Bearer {renewed}"}
    response = client.patch(f"/admin/users/{stranger.id}", json=body, headers=headers)

    assert response.json["code"] == "reauthentication_required"


def test_a_confirmation_grows_old_as_well(client, admin, stranger):
    age(admin, created_at=now() - timedelta(hours=1), reauthenticated_at=now() - timedelta(minutes=16))

    assert promote(client, admin, stranger).status_code == 401


def test_a_sign_in_from_before_the_clock_was_set_back_is_not_recent(client, admin, stranger):
    age(admin, created_at=now() + timedelta(hours=1))
    assert promote(client, admin, stranger).status_code == 401

    age(admin, created_at=now() + reauthentication.CLOCK_SKEW / 2)
    assert promote(client, admin, stranger).status_code == 200


@pytest.mark.parametrize("change", [{"role": "admin"}, {"is_active": False}, {"password": "another walrus entirely"}])
def test_every_change_of_an_account_but_its_name_needs_a_recent_sign_in(client, old_admin, stranger, change):
    assert client.patch(f"/admin/users/{stranger.id}", json=change, auth=old_admin).status_code == 401
    with_name = change | {"name": "Eve"}
    assert client.patch(f"/admin/users/{stranger.id}", json=with_name, auth=old_admin).status_code == 401
    assert client.patch(f"/admin/users/{stranger.id}", json={"name": "Eve"}, auth=old_admin).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("student", 201), ("instructor", 401), ("admin", 401)])
def test_creating_an_account_with_rights_needs_a_recent_sign_in(client, old_admin, role, status):
    assert client.post("/admin/users", json=NEWCOMER | {"role": role}, auth=old_admin).status_code == status


def test_others_are_told_that_it_is_for_administrators(client, stranger):
    age(stranger, created_at=now() - timedelta(hours=1))

    assert promote(client, stranger, stranger).json["code"] == "admins_only"


# --- the password and the code


def test_a_wrong_password_is_rejected_and_throttled_as_elsewhere(client, rate_limits, old_admin, separate_session):
    responses = [confirm(client, old_admin, "wrong") for _ in range(6)]

    assert [response.status_code for response in responses] == [403] * 5 + [429]
    assert confirm(client, old_admin).status_code == 429
    assert separate_session.scalars(select(AuditEntry.action)).all() == ["password.throttled"]


def test_a_second_factor_is_needed_as_well(client, stranger, clock):
    person = make_person(Role.ADMIN)
    [recovery_code, *_] = make_second_factor(person)
    age(person, created_at=now() - timedelta(hours=1))

    assert confirm(client, person).json["code"] == "mfa_code_required"
    assert confirm(client, person, code="000000").json["code"] == "wrong_code"
    assert promote(client, person, stranger).status_code == 401
    assert confirm(client, person, code=clock.code()).status_code == 204
    assert promote(client, person, stranger).status_code == 200
    assert confirm(client, person, code=clock.code()).json["code"] == "wrong_code"
    assert confirm(client, person, recovery_code=recovery_code).status_code == 204


def test_wrong_codes_are_counted_together_with_those_of_sign_ins(client, stranger, complete, separate_session):
    assert [complete(code="000000").status_code for _ in range(3)] == [403] * 3
    assert [confirm(client, stranger, code="000000").status_code for _ in range(3)] == [403, 403, 429]
    assert separate_session.scalar(select(SecondFactor.failures)) == 5


@pytest.mark.parametrize("password", [None, 7, "", "a\x00b", "\ud800", [], "x" * 300])
def test_an_invalid_password_field_is_named(client, stranger, password):
    assert confirm(client, stranger, password).json["errors"]["json"].keys() == {"password"}
