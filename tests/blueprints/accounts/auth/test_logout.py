import pytest

from learnstream.stores.redis import redis
from tests.factories import PASSWORD


def pair_of(client, person):
    return client.post("/auth/login", json={"email": person.email, "password": PASSWORD}).json


def bearer(pair):
    return {"Authorization": f"Bearer {pair['access_token']}"}


def sessions(client, pair):
    return client.get("/auth/sessions", headers=bearer(pair))


@pytest.fixture
def here(client, stranger):
    return pair_of(client, stranger)


@pytest.fixture
def elsewhere(client, stranger):
    return pair_of(client, stranger)


def test_logout_ends_this_session_from_the_next_request_on(client, here):
    assert sessions(client, here).status_code == 200  # the facts are cached by now

    answer = client.post("/auth/logout", headers=bearer(here))

    assert (answer.status_code, answer.data) == (204, b"")
    assert sessions(client, here).json["code"] == "token_revoked"
    assert client.post("/auth/refresh", json={"refresh_token": here["refresh_token"]}).json["code"] == "token_revoked"


def test_logout_leaves_other_sessions_alone(client, here, elsewhere):
    client.post("/auth/logout", headers=bearer(here))

    assert sessions(client, elsewhere).status_code == 200


def test_logout_all_ends_every_session(client, here, elsewhere, stranger):
    sessions(client, elsewhere)

    assert client.post("/auth/logout-all", headers=bearer(here)).status_code == 204

    assert sessions(client, here).status_code == 401
    assert sessions(client, elsewhere).status_code == 401
    assert client.get("/auth/sessions", auth=stranger).status_code == 401


def test_logout_all_is_the_callers_own(client, here, owner):
    client.post("/auth/logout-all", headers=bearer(here))

    assert client.get("/auth/sessions", auth=owner).status_code == 200


def test_an_empty_redis_brings_no_session_back(client, here):
    client.post("/auth/logout", headers=bearer(here))
    redis.client.flushdb()

    assert sessions(client, here).status_code == 401


def test_an_empty_redis_ends_no_session(client, here):
    sessions(client, here)
    redis.client.flushdb()

    assert sessions(client, here).status_code == 200


@pytest.mark.parametrize("path", ["/auth/logout", "/auth/logout-all"])
def test_a_guest_cannot_sign_out(client, path):
    assert client.post(path).status_code == 401
