import pytest


def test_an_account_is_shown(client, admin, stranger):
    response = client.get(f"/admin/users/{stranger.id}", auth=admin)

    assert response.status_code == 200
    assert (response.json["id"], response.json["is_active"], response.json["role"]) == (stranger.id, True, "student")
    assert "password_hash" not in response.json


@pytest.mark.parametrize("number", ["999", "9" * 18, "9" * 40, "0", "-1", "x"])
def test_an_unknown_account_is_not_found(client, admin, number):
    assert client.get(f"/admin/users/{number}", auth=admin).status_code == 404


def test_only_admins_see_an_account(client, stranger):
    response = client.get(f"/admin/users/{stranger.id}", auth=stranger)

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
