def test_the_callers_account_is_shown(client, stranger):
    answer = client.get("/users/me", auth=stranger)

    assert answer.status_code == 200
    assert answer.json.pop("created_at").endswith("+00:00")
    assert answer.json | {"created_at": ""} == {
        "id": stranger.id,
        "name": stranger.name,
        "email": stranger.email,
        "role": "student",
        "email_verified_at": None,
        "created_at": "",
    }


def test_a_guest_has_no_account(client):
    assert client.get("/users/me").status_code == 401
