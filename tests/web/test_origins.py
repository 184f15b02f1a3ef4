"""The configuration of CORS, trusted hosts and proxies."""

import pytest
from flask import Flask, g, jsonify, request

from learnstream import errors
from learnstream.web import middleware

APP = "https://app.example.com"
PREFLIGHT = {
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "authorization, if-match, idempotency-key",
}


@pytest.fixture
def build_client():
    """Create an application with nothing but the middleware, and return its test client."""

    def build_client(**settings):
        app = Flask("middleware")
        app.config.from_mapping(
            {"API_VERSION": "1", "PROXY_COUNT": 0, "CORS_ORIGINS": [], "TRUSTED_HOSTS": None} | settings
        )
        middleware.init_app(app)
        errors.init_app(app)

        @app.route("/", methods=["GET", "PATCH"])
        def show():
            g.caller = None
            return jsonify(ip=request.remote_addr, secure=request.is_secure, host=request.host)

        return app.test_client()

    return build_client


def allowed(response):
    return response.headers.get("Access-Control-Allow-Origin")


def test_a_page_of_a_listed_origin_may_call(build_client):
    response = build_client(CORS_ORIGINS=[APP]).options("/", headers=PREFLIGHT | {"Origin": APP})

    assert allowed(response) == APP
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "authorization, idempotency-key, if-match"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://app.example.com.evil.example", "https://appxexample.com", "null"]
)
def test_a_page_of_another_origin_may_not(build_client, origin):
    client = build_client(CORS_ORIGINS=[APP])

    assert allowed(client.options("/", headers=PREFLIGHT | {"Origin": origin})) is None
    assert allowed(client.get("/", headers={"Origin": origin})) is None


def test_pages_can_read_error_responses_and_headers(build_client):
    response = build_client(CORS_ORIGINS=[APP]).get("/nothing", headers={"Origin": APP})

    assert (response.status_code, allowed(response)) == (404, APP)
    readable = set(response.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "X-Pagination", "X-Request-ID", "X-API-Version"} <= readable
    assert {"Content-Disposition", "RateLimit", "RateLimit-Policy"} <= readable
    assert {"Accept-Ranges", "Content-Range"} <= readable


def test_browsers_send_no_credentials(build_client):
    response = build_client(CORS_ORIGINS=["*"]).get("/", headers={"Origin": "https://anywhere.example"})

    assert allowed(response) == "https://anywhere.example"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_without_origins_no_page_may_call(build_client):
    assert allowed(build_client().get("/", headers={"Origin": APP})) is None


@pytest.mark.parametrize("path", ["/", "/nothing"])
def test_a_request_for_another_host_is_rejected(build_client, path):
    response = build_client(TRUSTED_HOSTS=["api.example.com"]).get(path, headers={"Host": "evil.example"})

    assert (response.status_code, response.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize("host", ["api.example.com", "api.example.com:8443", "a.b.example.org"])
def test_a_request_for_a_trusted_host_is_accepted(build_client, host):
    client = build_client(TRUSTED_HOSTS=["api.example.com", ".example.org"])

    assert client.get("/", headers={"Host": host}).status_code == 200


def test_a_forwarded_host_is_ignored(build_client):
    response = build_client(PROXY_COUNT=1).get(
        "/", headers={"Host": "api.example.com", "X-Forwarded-Host": "evil.example"}
    )

    assert response.json["host"] == "api.example.com"


def test_behind_one_proxy_the_last_address_counts(build_client):
    headers = {"X-Forwarded-For": "1.2.3.4, 203.0.113.7", "X-Forwarded-Proto": "https"}

    assert build_client(PROXY_COUNT=1).get("/", headers=headers).json["ip"] == "203.0.113.7"
    assert build_client(PROXY_COUNT=1).get("/", headers=headers).json["secure"] is True


def test_without_a_proxy_clients_cannot_choose_their_address(build_client):
    headers = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}

    assert build_client().get("/", headers=headers).json == {"ip": "127.0.0.1", "secure": False, "host": "localhost"}
