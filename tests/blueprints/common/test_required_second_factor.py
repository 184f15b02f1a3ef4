"""Roles that can do nothing without a second factor: `MFA_REQUIRED_FOR`."""

import pytest
from sqlalchemy import update

from learnstream.models import Role, User
from learnstream.models.second_factor import SecondFactor
from learnstream.stores.sql import db
from learnstream.web.route_facts import facts_of
from tests.factories import PASSWORD, make_person
from tests.problems import outcome
from tests.second_factors import code_of, make_second_factor


@pytest.fixture(autouse=True)
def required(app, monkeypatch):
    monkeypatch.setitem(app.config, "MFA_REQUIRED_FOR", frozenset({"admin", "instructor"}))


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/admin/users"), ("POST", "/courses"), ("GET", "/users/me/courses"), ("PATCH", "/users/me")],
)
def test_everything_but_setting_it_up_is_rejected(client, admin, method, path):
    assert outcome(client.open(path, method=method, auth=admin, json={})) == (403, "mfa_setup_required")


def test_exactly_setting_it_up_and_signing_out_are_open(app):
    open_to_all = {name for name, view in app.view_functions.items() if facts_of(view).without_second_factor}

    assert open_to_all == {
        "auth.confirm_identity",
        "auth.sign_out",
        "auth.sign_out_everywhere",
        "second_factor.confirm_totp",
        "second_factor.create_totp",
        "second_factor.read_second_factor",
        "user.read_me",
    }


def test_drafts_are_not_shown_where_a_token_is_optional(client, owner, draft_course):
    response = client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner)

    assert outcome(response) == (403, "mfa_setup_required")


def test_what_everybody_may_read_stays_open(client, owner):
    assert client.get("/courses", auth=owner).status_code == 200


def test_other_roles_need_none(client, stranger):
    assert client.get("/users/me/enrollments", auth=stranger).status_code == 200


def test_it_is_set_up_and_then_everything_is_open(client, admin):
    assert client.get("/users/me", auth=admin).status_code == 200
    assert not client.get("/auth/mfa", auth=admin).json["enabled"]
    assert client.post("/auth/reauthenticate", json={"password": PASSWORD}, auth=admin).status_code == 204
    secret = client.post("/auth/mfa/totp", auth=admin).json["secret"]
    assert outcome(client.get("/admin/users", auth=admin)) == (403, "mfa_setup_required")
    code = {"code": code_of(secret)}
    assert client.post("/auth/mfa/totp/confirm", json=code, auth=admin).status_code == 200

    assert client.get("/admin/users", auth=admin).status_code == 200


@pytest.mark.parametrize("path", ["/auth/logout", "/auth/logout-all"])
def test_signing_out_stays_possible(client, admin, path):
    assert client.post(path, auth=admin).status_code == 204


def test_a_refresh_stays_possible(client, admin):
    pair = client.post("/auth/login", json={"email": admin.email, "password": PASSWORD}).json

    response = client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}, auth=admin)

    assert response.status_code == 200


def test_a_promotion_requires_it_at_once(client, admin, stranger):
    make_second_factor(admin)
    assert client.get("/users/me/enrollments", auth=stranger).status_code == 200
    client.patch(f"/admin/users/{stranger.id}", json={"role": "instructor"}, auth=admin)

    token = client.post("/auth/login", json={"email": stranger.email, "password": PASSWORD}).json["access_token"]

    response = client.get("/users/me/courses", headers={"Authorization": f"Bearer {token}"})
    assert outcome(response) == (403, "mfa_setup_required")


def test_a_removed_second_factor_is_missed_with_the_next_request(client, admin):
    [recovery_code, *_] = make_second_factor(admin)
    assert client.get("/admin/users", auth=admin).status_code == 200

    body = {"password": PASSWORD, "recovery_code": recovery_code}
    assert client.delete("/auth/mfa/totp", json=body, auth=admin).status_code == 204

    assert outcome(client.get("/admin/users", auth=admin)) == (403, "mfa_setup_required")


def test_writes_ask_postgresql_despite_stale_facts(client, admin, stranger):
    make_second_factor(admin)
    assert client.get("/admin/users", auth=admin).status_code == 200
    db.session.execute(update(SecondFactor).values(enabled_at=None))
    db.session.commit()

    response = client.patch(f"/admin/users/{stranger.id}", json={"name": "Eve"}, auth=admin)

    assert outcome(response) == (403, "mfa_setup_required")
    assert db.session.get(User, stranger.id, populate_existing=True).name == stranger.name


def test_it_costs_no_round_trip(client, queries):
    person = make_person(Role.INSTRUCTOR)
    make_second_factor(person)
    client.get("/users/me/enrollments", auth=person)
    client.get("/users/me/enrollments", auth=person)
    queries.clear()

    assert client.get("/users/me/enrollments", auth=person).status_code == 200
    assert queries == ["redis"]
