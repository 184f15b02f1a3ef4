"""Signing in and out while a store is away."""

import pytest

from tests.factories import PASSWORD


@pytest.fixture
def login(call):
    def login(person):
        return call("POST", "/auth/login", json={"email": person.email, "password": PASSWORD})

    return login


@pytest.fixture
def refresh(call):
    def refresh(pair):
        return call("POST", "/auth/refresh", json={"refresh_token": pair.json()["refresh_token"]})

    return refresh


def test_without_postgresql_signing_in_and_refreshing_wait_at_once(call, outage, recovers, login, refresh, stranger):
    pair = login(stranger)
    outage("postgres")

    assert login(stranger).status_code == 503
    assert refresh(pair).status_code == 503
    assert call("POST", "/auth/logout", stranger).status_code == 503
    assert (
        call("POST", "/auth/register", json={"name": "A", "email": "a@b.test", "password": PASSWORD}).status_code == 503
    )
    recovers("postgres", lambda: refresh(pair), 200)


def test_without_mongodb_accounts_go_on(call, outage, login, refresh, stranger):
    outage("mongodb")

    assert refresh(login(stranger)).status_code == 200
    assert call("GET", "/users/me", stranger).status_code == 200


def test_without_redis_signing_in_and_refreshing_go_on(outage, login, refresh, stranger):
    outage("redis")

    assert refresh(login(stranger)).status_code == 200


def test_without_redis_a_revocation_counts_from_the_next_request_on(call, outage, stranger, owner):
    assert call("GET", "/users/me", stranger).status_code == 200
    outage("redis")

    assert call("POST", "/auth/logout", stranger).status_code == 204

    assert call("GET", "/users/me", stranger).status_code == 401
    assert call("GET", "/users/me", owner).status_code == 200


def test_without_redis_a_disabled_account_is_out_from_the_next_request_on(call, outage, admin, stranger):
    assert call("GET", "/users/me", stranger).status_code == 200
    outage("redis")

    assert call("PATCH", f"/admin/users/{stranger.id}", admin, json={"is_active": False}).status_code == 200

    assert call("GET", "/users/me", stranger).status_code == 401
