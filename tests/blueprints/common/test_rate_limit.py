import pytest
from limits import parse

from learnstream.blueprints.accounts import auth
from learnstream.blueprints.common import rate_limit
from learnstream.blueprints.delivery import playback
from learnstream.services.accounts import accounts, signin
from learnstream.web.openapi_document import OVERVIEW

USUAL = rate_limit.DEFAULT_LIMIT


@pytest.fixture(autouse=True)
def two_a_minute(rate_limits, monkeypatch):
    monkeypatch.setattr(rate_limit, "DEFAULT_LIMIT", parse("2 per minute"))


def rename(client, person):
    return client.patch("/users/me", json={"name": "Another"}, auth=person)


def test_requests_over_the_limit_are_rejected_with_retry_after(client, stranger):
    responses = [rename(client, stranger) for _ in range(3)]

    assert [response.status_code for response in responses] == [200, 200, 429]
    assert responses[2].json["code"] == "rate_limited"
    assert 0 < int(responses[2].headers["Retry-After"]) <= 60


def test_a_client_is_told_how_much_is_left(client, stranger):
    responses = [rename(client, stranger).headers for _ in range(3)]

    assert [each["RateLimit-Policy"] for each in responses] == ['"default";q=2;w=60'] * 3
    assert [each["RateLimit"] for each in responses[:2]] == ['"default";r=1', '"default";r=0']
    assert responses[2]["RateLimit"] == f'"default";r=0;t={responses[2]["Retry-After"]}'


def test_limits_count_per_user_and_operation(client, stranger, owner):
    for _ in range(3):
        refused = rename(client, stranger)

    assert refused.status_code == 429
    assert rename(client, owner).status_code == 200
    assert client.post("/auth/logout", auth=stranger).status_code == 204


def test_reads_are_not_counted(client, stranger):
    assert [client.get("/users/me", auth=stranger).status_code for _ in range(4)] == [200] * 4


def test_limits_count_per_network_before_sign_in(client):
    def sign_in(ip):
        return client.post("/auth/login", json={}, environ_overrides={"REMOTE_ADDR": ip}).status_code

    assert [sign_in("2001:db8::1"), sign_in("2001:db8::2"), sign_in("2001:db8::3")] == [422, 422, 429]
    assert sign_in("2001:db8:0:1::1") == 422


def test_a_limit_of_its_own_is_told_too(client):
    limit = parse(auth.REGISTRATIONS).amount

    headers = client.post("/auth/register", json={}).headers

    assert headers["RateLimit-Policy"] == f'"default";q={limit};w=60'
    assert headers["RateLimit"] == f'"default";r={limit - 1}'


def test_operations_with_their_own_limit_are_not_counted(client):
    assert [client.post("/auth/register", json={}).status_code for _ in range(4)] == [422] * 4


def test_registrations_are_counted_by_network_for_all_callers(client, stranger, owner):
    limit = parse(auth.REGISTRATIONS).amount
    responses = [
        client.post("/auth/register", json={}, auth=person) for person in [stranger, owner, None] * (limit // 3)
    ]
    responses += [client.post("/auth/register", json={}) for _ in range(limit - len(responses))]

    rejected = client.post("/auth/register", json={}, auth=stranger)

    assert {response.status_code for response in responses} == {422}
    assert (rejected.status_code, rejected.json["code"]) == (429, "rate_limited")
    assert 0 < int(rejected.headers["Retry-After"]) <= 60


def test_the_limits_are_documented():
    told = " ".join(OVERVIEW.read_text().split())

    assert f"each operation that changes something {USUAL.amount} times a minute" in told
    assert f"(failed playback: {parse(playback.FAILURE_REPORTS).amount})" in told
    registrations, refreshes = (limit.partition(" ")[0] for limit in (auth.REGISTRATIONS, auth.REFRESHES))
    assert f"{USUAL.amount} sign-ins, {registrations} registrations and {refreshes} refreshes a minute" in told
    one, many, all_over = (each.failures for each in (signin.ACCOUNT_FROM_NETWORK, signin.NETWORK, signin.ACCOUNT))
    assert f"After {one} wrong passwords for an account from one network" in told
    assert f"{many} from one network within five minutes, or {all_over} for an account within a quarter" in told
    assert f"told {accounts.ADDRESS_TAKEN.failures} times within a quarter of an hour that an address is taken" in told
