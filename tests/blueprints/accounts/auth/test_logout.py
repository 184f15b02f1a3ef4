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
def pair(client, stranger):
    return pair_of(client, stranger)


@pytest.fixture
def other_pair(client, stranger):
    return pair_of(client, stranger)


def test_logout_ends_this_session_with_the_next_request(client, pair):
    assert sessions(client, pair).status_code == 200  # the facts are cached by now

    response = client.post("/auth/logout", headers=bearer(pair))

    assert (response.status_code, response.data) == (204, b"")
    assert sessions(client, pair).json["code"] == "token_revoked"
    assert client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}).json["code"] == "token_revoked"


def test_logout_leaves_other_sessions_alone(client, pair, other_pair):
    client.post("/auth/logout", headers=bearer(pair))

    assert sessions(client, other_pair).status_code == 200


def test_logout_all_ends_every_session(client, pair, other_pair, stranger):
    sessions(client, other_pair)

    assert client.post("/auth/logout-all", headers=bearer(pair)).status_code == 204

    assert sessions(client, pair).status_code == 401
    assert sessions(client, other_pair).status_code == 401
    assert client.get("/auth/sessions", auth=stranger).status_code == 401


def test_logout_all_ends_only_the_callers_sessions(client, pair, owner):
    client.post("/auth/logout-all", headers=bearer(pair))

    assert client.get("/auth/sessions", auth=owner).status_code == 200


def test_an_empty_redis_does_not_revive_a_session(client, pair):
    client.post("/auth/logout", headers=bearer(pair))
    redis.client.flushdb()

    assert sessions(client, pair).status_code == 401


def test_an_empty_redis_ends_no_session(client, pair):
    sessions(client, pair)
    redis.client.flushdb()

    assert sessions(client, pair).status_code == 200


@pytest.mark.parametrize("path", ["/auth/logout", "/auth/logout-all"])
def test_a_guest_cannot_sign_out(client, path):
    assert client.post(path).status_code == 401
