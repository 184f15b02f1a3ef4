import pytest

from tests.factories import PASSWORD


def form(client, username, password=PASSWORD, **fields):
    return client.post("/auth/token", data={"username": username, "password": password} | fields)


def test_the_password_form_returns_an_oauth2_response(client, stranger):
    response = form(client, stranger.email, grant_type="password")

    assert response.status_code == 200
    assert response.json["token_type"] == "bearer"
    assert {"access_token", "refresh_token", "expires_in"} <= set(response.json)


def test_further_fields_of_oauth2_clients_are_accepted(client, stranger):
    assert form(client, stranger.email, scope="", client_id="docs", client_secret="x").status_code == 200


def test_clients_that_send_client_credentials_are_accepted(client, stranger):
    body = {"username": stranger.email, "password": PASSWORD}

    assert client.post("/auth/token", data=body, headers={"Authorization": "Basic Og=="}).status_code == 200


def test_a_wrong_password_is_rejected(client, stranger):
    response = form(client, stranger.email, "wrong")

    assert (response.status_code, response.json["code"]) == (401, "invalid_credentials")


def test_another_grant_is_rejected(client, stranger):
    response = form(client, stranger.email, grant_type="client_credentials")

    assert (response.status_code, set(response.json["errors"]["form"])) == (422, {"grant_type"})


@pytest.mark.parametrize("field", ["username", "password"])
def test_an_empty_field_is_named(client, stranger, field):
    response = form(client, **({"username": stranger.email, "password": PASSWORD} | {field: ""}))

    assert (response.status_code, set(response.json["errors"]["form"])) == (422, {field})


def test_json_is_an_unsupported_content_type(client, stranger):
    response = client.post("/auth/token", json={"username": stranger.email, "password": PASSWORD})

    assert (response.status_code, response.json["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"password": "wrong"}, 401, "invalid_grant"),
        ({"username": "nobody at all"}, 422, "invalid_request"),
        ({"grant_type": "client_credentials"}, 422, "unsupported_grant_type"),
    ],
)
def test_oauth2_clients_find_the_error_where_they_look(client, stranger, fields, status, error):
    response = form(client, **{"username": stranger.email} | fields)

    assert (response.status_code, response.json["error"]) == (status, error)
    assert response.json["error_description"] == response.json["detail"]


def test_a_body_of_another_type_is_an_invalid_request(client):
    response = client.post("/auth/token", json={"username": "a", "password": "b"})

    assert (response.status_code, response.json["error"]) == (415, "invalid_request")


def test_only_the_token_endpoint_speaks_oauth2(client, stranger):
    body = {"email": stranger.email, "password": "wrong"}

    assert "error" not in client.post("/auth/login", json=body).json
