"""GET /auth/mfa"""

from tests.second_factors import make_second_factor

NONE = {"enabled": False, "enabled_at": None, "recovery_codes_left": 0}


def test_an_account_has_none_at_first(client, stranger):
    assert client.get("/auth/mfa", auth=stranger).json == NONE


def test_one_that_is_not_confirmed_is_none(client, stranger):
    make_second_factor(stranger, enabled=False)

    assert client.get("/auth/mfa", auth=stranger).json == NONE


def test_it_says_since_when_and_how_many_recovery_codes_are_left(client, stranger, complete, recovery_codes):
    complete(recovery_code=recovery_codes[0])

    response = client.get("/auth/mfa", auth=stranger)

    assert response.json["enabled"]
    assert response.json["enabled_at"]
    assert response.json["recovery_codes_left"] == 9
    assert response.headers["Cache-Control"] == "no-store"


def test_it_is_the_callers_own(client, owner, recovery_codes):
    assert client.get("/auth/mfa", auth=owner).json == NONE
