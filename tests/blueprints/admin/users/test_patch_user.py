from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from learnstream.models import AuditEntry, Role, User
from learnstream.stores.redis import redis
from tests.factories import PASSWORD, make_person

NEW = "eleven loud geese"


def change(client, admin, person, **body):
    return client.patch(f"/admin/users/{person.id}", json=body, auth=admin)


def login(client, person, password=PASSWORD):
    return client.post("/auth/login", json={"email": person.email, "password": password})


def me(client, **kwargs):
    return client.get("/users/me", **kwargs)


def bearer(response):
    return {"Authorization": f"Bearer {response.json['access_token']}"}


def refresh(client, pair):
    return client.post("/auth/refresh", json={"refresh_token": pair.json["refresh_token"]})


def actions(session):
    return session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_a_name_is_changed(client, admin, stranger, separate_session):
    assert change(client, admin, stranger, name="Stanley").json["name"] == "Stanley"
    assert separate_session.get_one(User, stranger.id).name == "Stanley"


def test_a_new_role_applies_from_the_next_request_on(client, admin, stranger, separate_session):
    pair = login(client, stranger)
    assert me(client, headers=bearer(pair)).status_code == 200  # the facts are cached by now

    assert change(client, admin, stranger, role="instructor").json["role"] == "instructor"

    assert me(client, headers=bearer(pair)).json["code"] == "token_revoked"
    renewed = refresh(client, pair)
    assert me(client, headers=bearer(renewed)).json["role"] == "instructor"
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("user.role_changed", admin.id)
    assert entry.details == {"before": "student", "after": "instructor"}


def test_a_demoted_administrator_loses_access_with_the_next_request(client, admin, app):
    other = make_person(Role.ADMIN, "Other")
    assert client.get("/admin/users", auth=other).status_code == 200

    change(client, admin, other, role="student")

    assert client.get("/admin/users", auth=other).status_code == 401
    renewed = login(client, other)
    assert client.get("/admin/users", headers=bearer(renewed)).json["code"] == "admins_only"


def test_a_disabled_account_loses_access_with_the_next_request(client, admin, stranger, separate_session):
    pair = login(client, stranger)
    me(client, headers=bearer(pair))

    assert change(client, admin, stranger, is_active=False).json["is_active"] is False

    assert me(client, headers=bearer(pair)).status_code == 401
    assert refresh(client, pair).status_code == 401
    assert login(client, stranger).json["code"] == "account_disabled"
    assert actions(separate_session) == ["user.disabled"]


def test_a_reenabled_account_must_sign_in_again(client, admin, stranger, separate_session):
    pair = login(client, stranger)
    change(client, admin, stranger, is_active=False)
    change(client, admin, stranger, is_active=True)

    assert me(client, headers=bearer(pair)).status_code == 401
    assert refresh(client, pair).status_code == 401
    assert login(client, stranger).status_code == 200
    assert actions(separate_session) == ["user.disabled", "user.enabled"]


def test_a_password_set_by_an_administrator_ends_all_sessions(client, admin, stranger, separate_session):
    pair = login(client, stranger)
    me(client, headers=bearer(pair))

    change(client, admin, stranger, password=NEW)

    assert me(client, headers=bearer(pair)).status_code == 401
    assert login(client, stranger).status_code == 401
    assert login(client, stranger, NEW).status_code == 200
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("user.password_set", {"sessions_ended": 2})


def test_an_empty_redis_does_not_restore_access(client, admin, stranger):
    pair = login(client, stranger)
    change(client, admin, stranger, is_active=False)
    redis.client.flushdb()

    assert me(client, headers=bearer(pair)).status_code == 401


def test_an_unchanged_value_ends_no_session(client, admin, stranger, separate_session):
    change(client, admin, stranger, role="student", is_active=True, name=stranger.name)

    assert me(client, auth=stranger).status_code == 200
    assert actions(separate_session) == []


@pytest.mark.parametrize(
    "body", [{"role": "student"}, {"is_active": False}, {"role": "instructor", "is_active": False}]
)
def test_the_last_active_administrator_cannot_be_demoted(client, admin, separate_session, body):
    make_person(Role.ADMIN, "Away", is_active=False)

    response = change(client, admin, admin, **body, name="New")

    assert (response.status_code, response.json["code"]) == (409, "last_admin")
    assert (separate_session.get_one(User, admin.id).role, separate_session.get_one(User, admin.id).name) == (
        Role.ADMIN,
        "Ada",
    )
    assert me(client, auth=admin).status_code == 200


def test_administrators_who_demote_each_other_concurrently_leave_one(app, separate_session):
    admins = [make_person(Role.ADMIN, "Ada") for _ in range(6)]

    def demote(pair):
        return change(app.test_client(), *pair, role="student").status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(demote, zip(admins, admins[1:] + admins[:1], strict=True)))

    left = separate_session.scalar(select(func.count()).select_from(User).where(User.role == Role.ADMIN))
    assert left == 6 - statuses.count(200) >= 1
    assert set(statuses) <= {200, 401, 403, 409}


def test_two_administrators_who_step_down_concurrently_leave_one(app, separate_session):
    admins = [make_person(Role.ADMIN, "Ada") for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(lambda one: change(app.test_client(), one, one, is_active=False), admins))

    assert sorted(response.status_code for response in responses) == [200, 409]


@pytest.mark.parametrize("password", ["password", "Stan", "stan"])
def test_a_weak_password_is_rejected(client, admin, stranger, password):
    response = change(client, admin, stranger, password=password)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"password"})
    assert login(client, stranger).status_code == 200


@pytest.mark.parametrize("field", ["name", "role", "is_active", "password"])
@pytest.mark.parametrize("value", [None, 7, 10**40, "", "a\x00b", "\ud800", [], {}, "x" * 300])
def test_an_invalid_field_is_named(client, admin, stranger, field, value):
    response = change(client, admin, stranger, **{field: value})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})


@pytest.mark.parametrize("value", [0, 1, "true", "no"])
def test_booleans_are_not_coerced(client, admin, stranger, value):
    assert change(client, admin, stranger, is_active=value).status_code == 422


def test_administrators_cannot_change_an_address(client, admin, stranger):
    response = change(client, admin, stranger, email="new@example.com")

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"email"})


def test_an_unknown_account_is_not_found(client, admin):
    assert client.patch("/admin/users/999", json={"name": "X"}, auth=admin).status_code == 404


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_only_admins_change_accounts(client, stranger, who, request, separate_session):
    response = change(client, request.getfixturevalue(who), stranger, role="admin")

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
    assert separate_session.get_one(User, stranger.id).role is Role.STUDENT
