import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.services.accounts import accounts, signin
from learnstream.services.accounts.throttle import Limit
from learnstream.stores.redis import redis
from tests.factories import PASSWORD, make_person


@pytest.fixture(autouse=True)
def limits(rate_limits):
    """All tests here exceed limits."""


def login(client, email, password=PASSWORD, ip="203.0.113.7"):
    return client.post(
        "/auth/login", json={"email": email, "password": password}, environ_overrides={"REMOTE_ADDR": ip}
    )


def fail(client, email, times=5, **kwargs):
    return [login(client, email, "wrong", **kwargs).status_code for _ in range(times)]


def expire_pauses():
    for key in redis.client.scan_iter("counter:*"):
        redis.client.delete(key)


def test_after_five_failures_even_the_right_password_must_wait_five_minutes(client, stranger):
    assert fail(client, stranger.email) == [401] * 5

    response = login(client, stranger.email)

    assert (response.status_code, response.json["code"]) == (429, "rate_limited")
    assert 290 < int(response.headers["Retry-After"]) <= 300
    expire_pauses()
    assert login(client, stranger.email).status_code == 200


def test_forged_ip_addresses_give_no_further_attempts(client, stranger):
    wrong = {"email": stranger.email, "password": "wrong"}
    forged = ["1.2.3.4", "10.0.0.1", "203.0.113.8, 127.0.0.1", "::1", "unknown", ""]

    responses = [client.post("/auth/login", json=wrong, headers={"X-Forwarded-For": each}) for each in forged]

    assert [response.status_code for response in responses] == [401] * 5 + [429]


def test_the_oauth2_form_is_throttled_as_well(client, stranger):
    fail(client, stranger.email)

    form = {"username": stranger.email, "password": PASSWORD}
    response = client.post("/auth/token", data=form, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})

    assert response.status_code == 429


def test_an_unknown_account_is_throttled_in_the_same_way(client):
    assert fail(client, "nobody@example.com", 6) == [401] * 5 + [429]


def test_changing_the_case_gives_no_further_attempts(client, stranger):
    fail(client, stranger.email, 3)
    fail(client, stranger.email.upper(), 2)

    assert login(client, stranger.email).status_code == 429


def test_a_successful_sign_in_resets_the_count(client, stranger):
    for _ in range(3):
        fail(client, stranger.email, 4)
        assert login(client, stranger.email).status_code == 200


def test_a_sign_in_checks_throttling_with_two_round_trips(client, stranger, queries):
    login(client, stranger.email)
    queries.clear()

    assert login(client, stranger.email).status_code == 200

    # The first one counts the request itself.
    assert queries.count("redis") == 1 + 2


def test_other_accounts_and_addresses_are_not_throttled(client, stranger, owner):
    fail(client, stranger.email)

    assert login(client, owner.email).status_code == 200
    assert login(client, stranger.email, ip="198.51.100.9").status_code == 200


def test_addresses_of_one_ipv6_network_share_a_limit(client, stranger):
    fail(client, stranger.email, ip="2001:db8:1:2::1")

    assert login(client, stranger.email, ip="2001:db8:1:2:ffff::9").status_code == 429
    assert login(client, stranger.email, ip="2001:db8:1:3::1").status_code == 200


def test_one_ip_address_cannot_try_many_accounts(client, stranger, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=8, seconds=300))
    for number in range(4):
        fail(client, f"nobody{number}@example.com", 2)

    assert login(client, stranger.email).status_code == 429
    assert login(client, stranger.email, ip="198.51.100.9").status_code == 200


def test_many_ip_addresses_cannot_attack_one_account_and_its_owner_stays_signed_in(client, stranger):
    pair = login(client, stranger.email).json
    for number in range(50):
        assert fail(client, stranger.email, 1, ip=f"198.51.100.{number}") == [401]

    assert login(client, stranger.email).status_code == 429
    assert client.get("/users/me", auth=stranger).status_code == 200
    assert client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 200
    body = {"password": "another walrus entirely", "current_password": PASSWORD}
    assert client.patch("/users/me", json=body, auth=stranger).status_code == 200


def test_only_five_of_fifty_concurrent_guesses_are_tried(app, stranger):
    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = list(pool.map(lambda _: fail(app.test_client(), stranger.email, 1)[0], range(50)))

    assert (statuses.count(401), statuses.count(429)) == (5, 45)


def test_concurrent_successful_sign_ins_are_not_failures(app, stranger):
    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = list(pool.map(lambda _: login(app.test_client(), stranger.email).status_code, range(20)))

    assert statuses == [200] * 20


def test_each_pause_is_in_the_audit_log_once(client, stranger, separate_session):
    fail(client, stranger.email, 9)

    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.target_id) == ("login.throttled", None, str(stranger.id))
    assert entry.details == {"email": stranger.email, "limits": ["account-network"]}
    assert entry.ip == "203.0.113.7"


def test_redis_contains_no_password_and_no_address(client, stranger):
    fail(client, stranger.email, 1)

    keys = b" ".join(redis.client.scan_iter("counter:*"))
    assert keys
    assert stranger.email.encode() not in keys


def test_guessing_the_current_password_is_throttled(client, separate_session):
    person = make_person()
    body = {"email": "new@example.com", "current_password": "wrong"}

    responses = [client.patch("/users/me", json=body, auth=person) for _ in range(6)]

    assert [response.status_code for response in responses] == [403] * 5 + [429]
    body["current_password"] = PASSWORD
    assert client.patch("/users/me", json=body, auth=person).status_code == 429
    assert login(client, person.email).status_code == 200
    assert separate_session.scalars(select(AuditEntry.action)).all() == ["password.throttled"]


def test_no_spelling_of_an_address_bypasses_its_pause(client):
    person = make_person(name="iiii")
    fail(client, person.email)
    spellings = [person.email.replace("iiii", "".join(each)) for each in itertools.product("iIİ", repeat=4)]

    assert {login(client, each).status_code for each in spellings} <= {401, 429}


def test_failures_of_unknown_accounts_do_not_lock_out_known_users_of_the_network(client, stranger, owner):
    assert login(client, stranger.email).status_code == 200
    for number in range(99):
        fail(client, f"nobody{number}@example.com", 1)
    fail(client, "nobody@example.com", 2)

    assert login(client, stranger.email).status_code == 200
    assert login(client, owner.email).status_code == 429


def test_a_user_is_known_in_the_whole_ipv6_network_of_a_sign_in(client, stranger, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=2, seconds=300))
    assert login(client, stranger.email, ip="2001:db8:1:2::1").status_code == 200
    fail(client, "nobody@example.com", 3, ip="2001:db8:1:2::2")

    assert login(client, stranger.email, ip="2001:db8:1:2::3").status_code == 200
    assert login(client, stranger.email, ip="2001:db8:1:3::1").status_code == 200


def test_failures_of_a_known_account_and_network_affect_only_them(client, stranger, owner, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=4, seconds=300))
    assert login(client, stranger.email).status_code == 200

    assert fail(client, stranger.email, 6) == [401] * 5 + [429]
    assert login(client, owner.email).status_code == 200


def test_a_proxy_without_a_client_address_makes_no_user_known(client, stranger, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=2, seconds=300))
    assert login(client, stranger.email, ip="").status_code == 200
    fail(client, "nobody@example.com", 3, ip="")

    assert login(client, stranger.email, ip="").status_code == 429


def register(client, email, ip="203.0.113.7"):
    body = {"name": "Sam", "email": email, "password": PASSWORD}
    return client.post("/auth/register", json=body, environ_overrides={"REMOTE_ADDR": ip})


def test_a_network_can_probe_for_taken_addresses_only_a_few_times(client, stranger):
    responses = [register(client, stranger.email).status_code for _ in range(21)]
    unknown = register(client, "new@example.com")

    assert responses == [409] * 20 + [429]
    assert (unknown.status_code, unknown.json["code"]) == (429, "rate_limited")
    assert 890 < int(unknown.headers["Retry-After"]) <= 900
    assert register(client, "new@example.com", ip="198.51.100.9").status_code == 201


def test_changing_the_address_reveals_no_more_than_registering(client, stranger, owner, monkeypatch):
    monkeypatch.setattr(accounts, "ADDRESS_TAKEN", Limit("address-taken", failures=2, seconds=300))
    body = {"email": owner.email, "current_password": PASSWORD}

    responses = [client.patch("/users/me", json=body, auth=stranger).status_code for _ in range(3)]

    assert responses == [409, 409, 429]
    assert client.patch("/users/me", json={"name": "Stanley"}, auth=stranger).status_code == 200
    assert register(client, "new@example.com", ip="127.0.0.1").status_code == 429
