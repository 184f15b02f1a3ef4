import pytest

from tests.factories import PASSWORD


def form(client, username, password=PASSWORD, **fields):
    return client.post("/auth/token", data={"username": username, "password": password} | fields)


def test_the_password_form_gets_an_oauth2_answer(client, stranger):
    answer = form(client, stranger.email, grant_type="password")

    assert answer.status_code == 200
    assert answer.json["token_type"] == "bearer"
    assert {"access_token", "refresh_token", "expires_in"} <= set(answer.json)


def test_what_oauth2_clients_send_besides_is_let_pass(client, stranger):
    assert form(client, stranger.email, scope="", client_id="docs", client_secret="x").status_code == 200


def test_clients_that_also_name_themselves_are_let_pass(client, stranger):
    body = {"username": stranger.email, "password": PASSWORD}

    assert client.post("/auth/token", data=body, headers={"Authorization": "Basic Og=="}).status_code == 200


def test_a_wrong_password_is_refused(client, stranger):
    answer = form(client, stranger.email, "wrong")

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")


def test_another_grant_is_refused(client, stranger):
    answer = form(client, stranger.email, grant_type="client_credentials")

    assert (answer.status_code, set(answer.json["errors"]["form"])) == (422, {"grant_type"})


@pytest.mark.parametrize("field", ["username", "password"])
def test_an_empty_field_is_named(client, stranger, field):
    answer = form(client, **({"username": stranger.email, "password": PASSWORD} | {field: ""}))

    assert (answer.status_code, set(answer.json["errors"]["form"])) == (422, {field})


def test_json_is_the_wrong_content_type(client, stranger):
    answer = client.post("/auth/token", json={"username": stranger.email, "password": PASSWORD})

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")
