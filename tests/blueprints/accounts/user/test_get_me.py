def test_the_callers_account_is_returned(client, stranger):
    response = client.get("/users/me", auth=stranger)

    assert response.status_code == 200
    assert response.json.pop("created_at").endswith("+00:00")
    assert response.json | {"created_at": ""} == {
        "id": stranger.id,
        "name": stranger.name,
        "email": stranger.email,
        "role": "student",
        "email_verified_at": None,
        "created_at": "",
        "phone": None,
        "timezone": None,
        "language": None,
        "photo": None,
        "pending_email": None,
    }


def test_a_guest_has_no_account(client):
    assert client.get("/users/me").status_code == 401
