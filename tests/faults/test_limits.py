"""Rate limits hold across all processes that share a Redis, and in each process alone while Redis is away."""

import pytest
import requests

from tests.faults.seeder import PASSWORD
from tests.server import Server

REGISTRATIONS = 100
WRONG = "not the password"


@pytest.fixture(scope="module")
def two_servers(system, tmp_path_factory):
    environment = system.environment | {"RATELIMIT_ENABLED": "true"}
    logs = tmp_path_factory.mktemp("limits")
    with Server(environment, logs / "1") as first, Server(environment, logs / "2") as second:
        yield first, second


@pytest.fixture(autouse=True)
def reset_counters(cache):
    cache.flushdb()


def login(server, email, password=WRONG):
    body = {"email": email, "password": password}
    return requests.post(f"{server.url}/auth/login", json=body, timeout=20)


def register(server):
    return requests.post(f"{server.url}/auth/register", json={}, timeout=20)


def test_two_processes_share_their_counts(two_servers, seeder):
    email = seeder.person().email

    statuses = [login(server, email).status_code for server in two_servers * 3]

    assert statuses == [401] * 5 + [429]
    assert [login(server, email, PASSWORD).status_code for server in two_servers] == [429, 429]


def test_registrations_are_limited_in_both(two_servers):
    responses = [register(two_servers[number % 2]) for number in range(REGISTRATIONS + 2)]

    assert [response.status_code for response in responses] == [422] * REGISTRATIONS + [429] * 2
    assert responses[-1].json()["code"] == "rate_limited"
    assert 0 < int(responses[-1].headers["Retry-After"]) <= 60
    assert responses[-1].headers["Content-Type"] == "application/problem+json"


def test_limits_count_users_instead_of_a_shared_address(two_servers, seeder):
    def rename(person):
        headers = {"Authorization": f"Bearer {person.tokens['access_token']}"}
        return requests.patch(f"{two_servers[0].url}/users/me", json={}, headers=headers, timeout=20).status_code

    one, another = seeder.person(), seeder.person()
    statuses = [rename(one) for _ in range(301)]

    assert set(statuses[:300]) == {422}
    assert statuses[300] == 429
    assert rename(another) == 422


def test_successful_responses_have_no_retry_after(two_servers, seeder):
    assert "Retry-After" not in login(two_servers[0], seeder.person().email, PASSWORD).headers


def test_an_emptied_redis_resets_only_the_throttling(two_servers, seeder, cache):
    email = seeder.person().email
    for _ in range(5):
        login(two_servers[0], email)
    cache.flushdb()

    assert login(two_servers[0], email, PASSWORD).status_code == 200


@pytest.mark.parametrize("how", ["refused", pytest.param("frozen", marks=pytest.mark.thorough)])
def test_without_redis_each_process_counts_separately(two_servers, seeder, fail, how):
    email = seeder.person().email
    fail("redis", how)

    for server in two_servers:
        responses = [login(server, f"{how}-{server.port}@example.com") for _ in range(6)]
        assert [response.status_code for response in responses] == [401] * 5 + [429]
        assert 290 < int(responses[-1].headers["Retry-After"]) <= 300
        assert login(server, email, PASSWORD).status_code == 200
