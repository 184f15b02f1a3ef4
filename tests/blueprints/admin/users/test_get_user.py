import pytest


def test_an_account_is_shown(client, admin, stranger):
    answer = client.get(f"/admin/users/{stranger.id}", auth=admin)

    assert answer.status_code == 200
    assert (answer.json["id"], answer.json["is_active"], answer.json["role"]) == (stranger.id, True, "student")
    assert "password_hash" not in answer.json


@pytest.mark.parametrize("number", ["999", "9" * 18, "9" * 40, "0", "-1", "x"])
def test_an_unknown_account_is_not_found(client, admin, number):
    assert client.get(f"/admin/users/{number}", auth=admin).status_code == 404


def test_nobody_else_sees_an_account(client, stranger):
    answer = client.get(f"/admin/users/{stranger.id}", auth=stranger)

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
