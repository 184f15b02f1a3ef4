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
def limits(app, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)


def login(client, email, password=PASSWORD, ip="203.0.113.7"):
    return client.post(
        "/auth/login", json={"email": email, "password": password}, environ_overrides={"REMOTE_ADDR": ip}
    )


def fail(client, email, times=5, **kwargs):
    return [login(client, email, "wrong", **kwargs).status_code for _ in range(times)]


def let_pauses_end():
    for key in redis.client.scan_iter("counter:*"):
        redis.client.delete(key)


def test_after_five_failures_even_the_right_password_waits_five_minutes(client, stranger):
    assert fail(client, stranger.email) == [401] * 5

    answer = login(client, stranger.email)

    assert (answer.status_code, answer.json["code"]) == (429, "rate_limited")
    assert 290 < int(answer.headers["Retry-After"]) <= 300
    let_pauses_end()
    assert login(client, stranger.email).status_code == 200


def test_forged_addresses_give_no_further_tries(client, stranger):
    wrong = {"email": stranger.email, "password": "wrong"}
    forged = ["1.2.3.4", "10.0.0.1", "203.0.113.8, 127.0.0.1", "::1", "unknown", ""]

    answers = [client.post("/auth/login", json=wrong, headers={"X-Forwarded-For": each}) for each in forged]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


def test_the_oauth2_form_counts_too(client, stranger):
    fail(client, stranger.email)

    form = {"username": stranger.email, "password": PASSWORD}
    answer = client.post("/auth/token", data=form, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})

    assert answer.status_code == 429


def test_an_unknown_account_is_held_back_alike(client):
    assert fail(client, "nobody@example.com", 6) == [401] * 5 + [429]


def test_case_makes_no_second_account_to_guess(client, stranger):
    fail(client, stranger.email, 3)
    fail(client, stranger.email.upper(), 2)

    assert login(client, stranger.email).status_code == 429


def test_success_begins_the_count_again(client, stranger):
    for _ in range(3):
        fail(client, stranger.email, 4)
        assert login(client, stranger.email).status_code == 200


def test_a_sign_in_asks_for_pauses_before_and_after_in_a_round_trip_each(client, stranger, queries):
    assert login(client, stranger.email).status_code == 200

    # The first one counts the request itself.
    assert queries.count("redis") == 1 + 2


def test_another_account_and_another_address_are_free(client, stranger, owner):
    fail(client, stranger.email)

    assert login(client, owner.email).status_code == 200
    assert login(client, stranger.email, ip="198.51.100.9").status_code == 200


def test_neighbours_in_one_ipv6_network_are_one(client, stranger):
    fail(client, stranger.email, ip="2001:db8:1:2::1")

    assert login(client, stranger.email, ip="2001:db8:1:2:ffff::9").status_code == 429
    assert login(client, stranger.email, ip="2001:db8:1:3::1").status_code == 200


def test_one_address_cannot_go_through_many_accounts(client, stranger, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=8, seconds=300))
    for number in range(4):
        fail(client, f"nobody{number}@example.com", 2)

    assert login(client, stranger.email).status_code == 429
    assert login(client, stranger.email, ip="198.51.100.9").status_code == 200


def test_many_addresses_cannot_go_for_one_account_and_its_owner_stays_signed_in(client, stranger):
    pair = login(client, stranger.email).json
    for number in range(50):
        assert fail(client, stranger.email, 1, ip=f"198.51.100.{number}") == [401]

    assert login(client, stranger.email).status_code == 429
    assert client.get("/users/me", auth=stranger).status_code == 200
    assert client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}).status_code == 200
    body = {"password": "another walrus entirely", "current_password": PASSWORD}
    assert client.patch("/users/me", json=body, auth=stranger).status_code == 200


def test_fifty_guesses_at_once_are_five(app, stranger):
    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = list(pool.map(lambda _: fail(app.test_client(), stranger.email, 1)[0], range(50)))

    assert (statuses.count(401), statuses.count(429)) == (5, 45)


def test_many_sign_ins_at_once_are_no_failures(app, stranger):
    with ThreadPoolExecutor(app.config["WEB_THREADS"]) as pool:
        statuses = list(pool.map(lambda _: login(app.test_client(), stranger.email).status_code, range(20)))

    assert statuses == [200] * 20


def test_the_audit_log_tells_of_each_pause_once(client, stranger, fresh):
    fail(client, stranger.email, 9)

    entry = fresh.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.target_id) == ("login.throttled", None, str(stranger.id))
    assert entry.details == {"email": stranger.email, "limits": ["account-network"]}
    assert entry.ip == "203.0.113.7"


def test_no_password_and_no_address_is_kept_in_redis(client, stranger):
    fail(client, stranger.email, 1)

    keys = b" ".join(redis.client.scan_iter("counter:*"))
    assert keys
    assert stranger.email.encode() not in keys


def test_guessing_the_present_password_is_held_back(client, fresh):
    person = make_person()
    body = {"email": "new@example.com", "current_password": "wrong"}

    answers = [client.patch("/users/me", json=body, auth=person) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    body["current_password"] = PASSWORD
    assert client.patch("/users/me", json=body, auth=person).status_code == 429
    assert login(client, person.email).status_code == 200
    assert fresh.scalars(select(AuditEntry.action)).all() == ["password.throttled"]


def test_no_spelling_of_an_address_signs_in_while_it_pauses(client):
    person = make_person(name="iiii")
    fail(client, person.email)
    spellings = [person.email.replace("iiii", "".join(each)) for each in itertools.product("iIİ", repeat=4)]

    assert {login(client, each).status_code for each in spellings} <= {401, 429}


def test_invented_accounts_do_not_lock_out_those_who_signed_in_from_there_before(client, stranger, owner):
    assert login(client, stranger.email).status_code == 200
    for number in range(99):
        fail(client, f"nobody{number}@example.com", 1)
    fail(client, "nobody@example.com", 2)

    assert login(client, stranger.email).status_code == 200
    assert login(client, owner.email).status_code == 429


def test_who_signed_in_from_an_ipv6_network_is_known_in_all_of_it(client, stranger, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=2, seconds=300))
    assert login(client, stranger.email, ip="2001:db8:1:2::1").status_code == 200
    fail(client, "nobody@example.com", 3, ip="2001:db8:1:2::2")

    assert login(client, stranger.email, ip="2001:db8:1:2::3").status_code == 200
    assert login(client, stranger.email, ip="2001:db8:1:3::1").status_code == 200


def test_failures_of_a_known_pair_count_for_nobody_else(client, stranger, owner, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=4, seconds=300))
    assert login(client, stranger.email).status_code == 200

    assert fail(client, stranger.email, 6) == [401] * 5 + [429]
    assert login(client, owner.email).status_code == 200


def test_a_proxy_that_names_no_address_makes_nobody_known(client, stranger, monkeypatch):
    monkeypatch.setattr(signin, "NETWORK", Limit("network", failures=2, seconds=300))
    assert login(client, stranger.email, ip="").status_code == 200
    fail(client, "nobody@example.com", 3, ip="")

    assert login(client, stranger.email, ip="").status_code == 429


def register(client, email, ip="203.0.113.7"):
    body = {"name": "Sam", "email": email, "password": PASSWORD}
    return client.post("/auth/register", json=body, environ_overrides={"REMOTE_ADDR": ip})


def test_a_network_is_told_only_so_often_that_an_address_is_taken(client, stranger):
    answers = [register(client, stranger.email).status_code for _ in range(21)]
    unknown = register(client, "new@example.com")

    assert answers == [409] * 20 + [429]
    assert (unknown.status_code, unknown.json["code"]) == (429, "rate_limited")
    assert 890 < int(unknown.headers["Retry-After"]) <= 900
    assert register(client, "new@example.com", ip="198.51.100.9").status_code == 201


def test_changing_the_address_tells_no_more_than_registering(client, stranger, owner, monkeypatch):
    monkeypatch.setattr(accounts, "ADDRESS_TAKEN", Limit("address-taken", failures=2, seconds=300))
    body = {"email": owner.email, "current_password": PASSWORD}

    answers = [client.patch("/users/me", json=body, auth=stranger).status_code for _ in range(3)]

    assert answers == [409, 409, 429]
    assert client.patch("/users/me", json={"name": "Stanley"}, auth=stranger).status_code == 200
    assert register(client, "new@example.com", ip="127.0.0.1").status_code == 429
