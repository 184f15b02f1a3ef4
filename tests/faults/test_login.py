"""Signing in and refreshing, while a store is away."""

import pytest


@pytest.fixture
def login(call):
    def login(person):
        return call("POST", "/auth/login", json={"email": person.email, "password": person.password})

    return login


@pytest.fixture
def refresh(call):
    def refresh(tokens):
        return call("POST", "/auth/refresh", json={"refresh_token": tokens["refresh_token"]})

    return refresh


def test_without_postgresql_nobody_signs_in(login, refresh, outage, recovers, stranger):
    tokens = login(stranger).json()

    outage("postgres")

    assert login(stranger).status_code == 503
    assert refresh(tokens).status_code == 503
    recovers("postgres", lambda: login(stranger), 200)
    assert refresh(tokens).status_code == 200


@pytest.mark.parametrize("store", ["mongodb", "redis"])
def test_without_the_other_stores_everybody_does(login, refresh, outage, stranger, store):
    outage(store)

    tokens = login(stranger).json()
    assert refresh(tokens).status_code == 200
