"""Rate limits hold across all processes that share a Redis, and in each process alone while Redis is away."""

import pytest
import requests

from tests.faults.school import PASSWORD
from tests.server import Server

REGISTRATIONS = 100
WRONG = "not the password"


@pytest.fixture(scope="module")
def two(system, tmp_path_factory):
    environment = system.environment | {"RATELIMIT_ENABLED": "true"}
    logs = tmp_path_factory.mktemp("limits")
    with Server(environment, logs / "1") as first, Server(environment, logs / "2") as second:
        yield first, second


@pytest.fixture(autouse=True)
def nothing_counted(cache):
    cache.flushdb()


def login(server, email, password=WRONG):
    body = {"email": email, "password": password}
    return requests.post(f"{server.url}/auth/login", json=body, timeout=20)


def register(server):
    return requests.post(f"{server.url}/auth/register", json={}, timeout=20)


def test_two_processes_count_as_one(two, school):
    email = school.person().email

    statuses = [login(server, email).status_code for server in two * 3]

    assert statuses == [401] * 5 + [429]
    assert [login(server, email, PASSWORD).status_code for server in two] == [429, 429]


def test_registrations_are_limited_in_both(two):
    answers = [register(two[number % 2]) for number in range(REGISTRATIONS + 2)]

    assert [answer.status_code for answer in answers] == [422] * REGISTRATIONS + [429] * 2
    assert answers[-1].json()["code"] == "rate_limited"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["Content-Type"] == "application/problem+json"


def test_people_are_counted_not_their_school(two, school):
    def rename(person):
        headers = {"Authorization": f"Bearer {person.tokens['access_token']}"}
        return requests.patch(f"{two[0].url}/users/me", json={}, headers=headers, timeout=20).status_code

    one, another = school.person(), school.person()
    statuses = [rename(one) for _ in range(301)]

    assert set(statuses[:300]) == {422}
    assert statuses[300] == 429
    assert rename(another) == 422


def test_an_answer_that_is_no_refusal_says_nothing_of_waiting(two, school):
    assert "Retry-After" not in login(two[0], school.person().email, PASSWORD).headers


def test_an_emptied_redis_forgets_failures_and_nothing_else(two, school, cache):
    email = school.person().email
    for _ in range(5):
        login(two[0], email)
    cache.flushdb()

    assert login(two[0], email, PASSWORD).status_code == 200


@pytest.mark.parametrize("how", ["refused", pytest.param("frozen", marks=pytest.mark.thorough)])
def test_without_redis_each_process_counts_for_itself(two, school, fail, how):
    email = school.person().email
    fail("redis", how)

    for server in two:
        answers = [login(server, f"{how}-{server.port}@example.com") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        assert 290 < int(answers[-1].headers["Retry-After"]) <= 300
        assert login(server, email, PASSWORD).status_code == 200
