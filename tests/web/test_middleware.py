import re

import pytest


@pytest.mark.parametrize("path", ["/health", "/no-such-place"])
def test_every_response_has_the_security_headers(client, path):
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert float(headers["X-Process-Time"]) >= 0


def test_cookies_are_neither_set_nor_read(client):
    response = client.get("/health", headers={"Cookie": "session=x.y.z"})

    assert (response.status_code, "Set-Cookie" in response.headers) == (200, False)


def test_a_request_gets_an_id(client):
    assert re.fullmatch("[0-9a-f]{16}", client.get("/health").headers["X-Request-ID"])


def test_a_clients_request_id_is_kept(client):
    assert client.get("/health", headers={"X-Request-ID": "abc-12345"}).headers["X-Request-ID"] == "abc-12345"


def test_an_unsafe_request_id_is_replaced(client):
    assert client.get("/health", headers={"X-Request-ID": "a b;c" * 9}).headers["X-Request-ID"] != "a b;c" * 9


def test_strict_transport_security_is_sent_on_https_only(client):
    assert "Strict-Transport-Security" not in client.get("/health").headers
    assert "Strict-Transport-Security" in client.get("/health", base_url="https://localhost").headers


def test_an_unknown_address_is_a_problem(client):
    response = client.get("/no-such-place")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert (response.json["code"], response.json["retry"]) == ("not_found", "never")
    assert response.json["request_id"] == response.headers["X-Request-ID"]


def test_a_wrong_method_is_a_problem_that_names_the_allowed_ones(client):
    response = client.delete("/health")

    assert (response.status_code, response.json["code"]) == (405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


def test_an_internal_error_is_a_problem_that_reveals_nothing(client, app, monkeypatch, caplog):
    monkeypatch.setitem(app.view_functions, "system.read_health", lambda: {}["the secret"])

    response = client.get("/health")

    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert (response.json["code"], response.json["retry"]) == ("internal_error", "later")
    assert "secret" not in response.text
    assert response.json["request_id"] in [getattr(line, "request_id", None) for line in caplog.records]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_deeply_nested_json_is_a_bad_request(client, text):
    response = client.post("/auth/login", data=text, content_type="application/json")

    assert (response.status_code, response.json["code"]) == (400, "malformed_json")
