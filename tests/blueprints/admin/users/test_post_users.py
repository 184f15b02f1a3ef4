import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b, sha256

import pytest
from sqlalchemy import func, select

from learnstream.models import AuditEntry, IdempotencyKey, Role, User
from tests.openapi import resolve

INES = {"name": "Ines Rocha", "email": "ines@school.test", "password": "seven quiet herons", "role": "instructor"}


def add(client, person, key=None, **changed):
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/admin/users", json=INES | changed, auth=person, headers=headers)


def count(session, table=User):
    return session.scalar(select(func.count()).select_from(table))


def test_an_account_of_any_role_is_created_with_an_audit_log_entry(client, admin, separate_session):
    response = add(client, admin)

    user = separate_session.get_one(User, response.json["id"])
    assert (response.status_code, user.role, user.email) == (201, Role.INSTRUCTOR, "ines@school.test")
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.target_id) == ("user.created", admin.id, str(user.id))
    credentials = {"email": INES["email"], "password": INES["password"]}
    assert client.post("/auth/login", json=credentials).status_code == 200


def test_a_taken_address_is_rejected(client, admin, stranger, separate_session):
    response = add(client, admin, email=stranger.email.upper())

    assert (response.status_code, response.json["code"]) == (409, "email_taken")
    assert count(separate_session, AuditEntry) == 0


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_only_admins_create_accounts(client, who, request, separate_session):
    response = add(client, request.getfixturevalue(who))

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
    assert count(separate_session) == 1


@pytest.mark.parametrize("field", ["name", "email", "password", "role"])
@pytest.mark.parametrize("value", [None, 7, 10**40, "", "a\x00b", "\ud800", [], {}, "x" * 300])
def test_an_invalid_field_is_named(client, admin, field, value):
    response = add(client, admin, **{field: value})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})


def test_the_same_key_and_body_repeat_the_response(client, admin, separate_session):
    first, again = add(client, admin, "k"), add(client, admin, "k")

    assert (again.status_code, again.data, again.mimetype) == (201, first.data, "application/json")
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert count(separate_session) == 2


def test_another_body_under_the_same_key_is_rejected(client, admin, separate_session):
    add(client, admin, "k")

    response = add(client, admin, "k", email="another@school.test")

    assert (response.status_code, response.json["code"]) == (422, "idempotency_key_reused")
    assert count(separate_session) == 2


def test_a_rejected_request_does_not_use_its_key(client, admin, stranger):
    assert add(client, admin, "k", email=stranger.email).status_code == 409
    assert add(client, admin, "k", password="password").status_code == 422

    assert add(client, admin, "k").status_code == 201


def test_what_is_stored_of_a_body_does_not_help_to_guess_its_password(client, admin, separate_session):
    body = json.dumps(INES)
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    client.post("/admin/users", data=body, auth=admin, headers=headers)

    stored = separate_session.scalar(select(IdempotencyKey.body_hash))
    sent = b"\n" + body.encode()
    assert len(stored) == 32
    assert stored not in {sha256(sent).digest(), blake2b(sent, digest_size=32).digest()}


def test_an_invalid_body_claims_no_key(client, admin, separate_session):
    add(client, admin, "k", role="boss")

    assert count(separate_session, IdempotencyKey) == 0


def test_keys_of_different_users_are_independent(client, admin, owner):
    add(client, admin, "k")

    assert add(client, owner, "k").status_code == 403


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "a\x07b", "clé"])
def test_an_invalid_key_is_named(client, admin, separate_session, key):
    response = add(client, admin, key)

    assert (response.status_code, set(response.json["errors"]["headers"])) == (422, {"Idempotency-Key"})
    assert count(separate_session) == 1


def test_one_of_twenty_concurrent_requests_creates_the_account(app, admin, separate_session):
    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(lambda _: add(app.test_client(), admin, "k"), range(20)))

    made = {response.data for response in responses if response.status_code == 201}
    refused = {response.json["code"] for response in responses if response.status_code != 201}
    assert len(made) == 1
    assert refused <= {"idempotency_key_in_use"}
    assert count(separate_session) == 2


def test_the_idempotency_key_is_documented(client):
    operation = resolve(client.get("/openapi.json").json)["paths"]["/admin/users"]["post"]

    assert [parameter["name"] for parameter in operation["parameters"]] == ["Idempotency-Key"]
    assert "idempotency_key_in_use" in operation["responses"]["409"]["description"]
    assert "idempotency_key_reused" in operation["responses"]["422"]["description"]
