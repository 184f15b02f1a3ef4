from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from flask import url_for
from sqlalchemy import func, update

from learnstream.blueprints.common.authentication import PUBLIC_ENDPOINTS, RECOGNIZED, Identity
from learnstream.models import Role, Session, User
from learnstream.policies import entitlements
from learnstream.stores import cache
from learnstream.stores.sql import db
from learnstream.web.route_facts import facts_of_endpoint

SAMPLES = {"object_id": "0" * 24, "row_id": 1, "path": "index.css", "uuid": uuid4(), "int": 1, "default": "x"}


def addresses(app):
    """Return one URL for every closed endpoint and method."""
    for rule in app.url_map.iter_rules():
        if not (rule.endpoint in PUBLIC_ENDPOINTS or facts_of_endpoint(rule.endpoint).optional_token):
            values = {name: sample_for(converter) for name, converter in rule._converters.items()}
            path = url_for(rule.endpoint, **values, _external=False)
            yield from ((method, path) for method in rule.methods - {"HEAD", "OPTIONS"})


def sample_for(converter):
    if "24" in converter.regex:
        return SAMPLES["object_id"]
    return SAMPLES["uuid"] if "-" in converter.regex and "4" in converter.regex else SAMPLES["row_id"]


def test_every_closed_endpoint_rejects_a_guest(app, client):
    with app.test_request_context():
        closed = list(addresses(app))

    open_ones = [call for call in closed if client.open(call[1], method=call[0]).status_code != 401]

    assert open_ones == []


def test_public_endpoints_reject_an_invalid_token_as_well(client):
    response = client.get("/health", headers={"Authorization": "Bearer nonsense"})

    assert (response.status_code, response.json["code"]) == (401, "token_invalid")


def claims(person, **changed):
    now = datetime.now(UTC)
    return {
        "sub": str(person.id),
        "sid": str(person.session_id),
        "type": "access",
        "jti": "x",
        "iss": "learnstream",
        "aud": "learnstream-api",
        "iat": now.timestamp(),
        "exp": now + timedelta(minutes=5),
    } | changed


def sign(app, payload, algorithm="HS256", key=None):
    from learnstream.tokens import current_key_id

    secret = key or app.config["JWT_SECRET_KEYS"][0]
    return jwt.encode(payload, None if algorithm == "none" else secret, algorithm, headers={"kid": current_key_id()})


def health(client, token):
    return client.get("/health", headers={"Authorization": f"Bearer {token}"})


def test_a_valid_token_is_accepted(app, client, stranger):
    assert health(client, sign(app, claims(stranger))).status_code == 200


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
def test_the_authentication_scheme_is_case_insensitive(client, stranger, scheme):
    responses = [
        client.get("/users/me", headers={"Authorization": f"{scheme} {token}"})
        for token in (stranger.token, "nonsense")
    ]

    assert [response.status_code for response in responses] == [200, 401]
    assert responses[1].json["code"] == "token_invalid"


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "refresh"},
        {"iss": "somebody"},
        {"aud": "another"},
        {"sub": "x"},
        {"sub": 7},
        {"sid": "x"},
        {"iat": "x"},
        {"exp": None},
        {"jti": None},
        {"type": None},
    ],
)
def test_a_token_with_wrong_claims_is_rejected(app, client, stranger, changed):
    payload = {name: value for name, value in claims(stranger, **changed).items() if value is not None}

    assert health(client, sign(app, payload)).status_code == 401


def test_an_expired_token_is_reported_as_expired(app, client, stranger):
    response = health(client, sign(app, claims(stranger, exp=1)))

    assert (response.status_code, response.json["code"]) == (401, "token_expired")


def test_a_cached_token_still_expires(app, client, stranger):
    token = sign(app, claims(stranger, exp=1))
    seen = Identity(stranger.id, stranger.session_id, issued_at=0.0, expires_at=1.0)
    app.extensions[RECOGNIZED].put(f"Bearer {token}", seen)

    assert health(client, token).json["code"] == "token_expired"


def test_a_cached_token_is_rejected_after_its_session_ended(client, stranger):
    assert client.get("/users/me", auth=stranger).status_code == 200
    client.post("/auth/logout", auth=stranger)

    assert client.get("/users/me", auth=stranger).json["code"] == "token_revoked"


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "Bearer", "é", "e30.e30.e30"])
def test_a_malformed_token_is_rejected(client, token):
    assert health(client, token).status_code == 401


def test_an_unsigned_token_is_rejected(app, client, stranger):
    assert health(client, sign(app, claims(stranger), algorithm="none")).status_code == 401


def test_a_token_signed_by_another_key_is_rejected(app, client, stranger):
    assert health(client, sign(app, claims(stranger), key="x" * 40)).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        update(Session).values(revoked_at=func.now()),
        update(Session).values(expires_at=func.now()),
        update(User).values(is_active=False),
        update(User).values(role=Role.INSTRUCTOR),
        update(User).values(sessions_valid_from=func.now() + timedelta(minutes=1)),
    ],
    ids=["signed out", "over", "disabled", "another role", "another role and back"],
)
def test_a_write_checks_the_caller_despite_stale_cache_entries(client, stranger, change):
    assert client.get("/users/me", auth=stranger).status_code == 200
    db.session.execute(change)
    db.session.commit()

    response = client.patch("/users/me", json={"name": "Eve"}, auth=stranger)

    assert (response.status_code, response.json["code"]) == (401, "token_revoked")
    # A write updates the cached facts.
    facts = cache.lookup(*entitlements.caller_keys(stranger.id, stranger.session_id))
    assert {fact.value for fact in facts} == {None}
