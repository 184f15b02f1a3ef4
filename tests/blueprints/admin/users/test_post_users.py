from concurrent.futures import ThreadPoolExecutor

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


def test_an_account_of_any_role_is_made_and_noted(client, admin, fresh):
    answer = add(client, admin)

    user = fresh.get_one(User, answer.json["id"])
    assert (answer.status_code, user.role, user.email) == (201, Role.INSTRUCTOR, "ines@school.test")
    entry = fresh.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.target_id) == ("user.created", admin.id, str(user.id))
    credentials = {"email": INES["email"], "password": INES["password"]}
    assert client.post("/auth/login", json=credentials).status_code == 200


def test_a_taken_address_is_refused(client, admin, stranger, fresh):
    answer = add(client, admin, email=stranger.email.upper())

    assert (answer.status_code, answer.json["code"]) == (409, "email_taken")
    assert count(fresh, AuditEntry) == 0


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_nobody_else_makes_accounts(client, who, request, fresh):
    answer = add(client, request.getfixturevalue(who))

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
    assert count(fresh) == 1


@pytest.mark.parametrize("field", ["name", "email", "password", "role"])
@pytest.mark.parametrize("value", [None, 7, 10**40, "", "a\x00b", "\ud800", [], {}, "x" * 300])
def test_a_broken_field_is_named(client, admin, field, value):
    answer = add(client, admin, **{field: value})

    assert (answer.status_code, set(answer.json["errors"]["json"])) == (422, {field})


def test_the_same_key_and_body_give_the_same_answer_again(client, admin, fresh):
    first, again = add(client, admin, "k"), add(client, admin, "k")

    assert (again.status_code, again.data, again.mimetype) == (201, first.data, "application/json")
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert count(fresh) == 2


def test_another_body_under_the_same_key_is_refused(client, admin, fresh):
    add(client, admin, "k")

    answer = add(client, admin, "k", email="another@school.test")

    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")
    assert count(fresh) == 2


def test_a_refused_request_leaves_its_key_free(client, admin, stranger):
    assert add(client, admin, "k", email=stranger.email).status_code == 409
    assert add(client, admin, "k", password="password").status_code == 422

    assert add(client, admin, "k").status_code == 201


def test_a_body_that_is_not_valid_claims_no_key(client, admin, fresh):
    add(client, admin, "k", role="boss")

    assert count(fresh, IdempotencyKey) == 0


def test_keys_of_two_people_are_two_keys(client, admin, owner):
    add(client, admin, "k")

    assert add(client, owner, "k").status_code == 403


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "a\x07b", "clé"])
def test_a_broken_key_is_named(client, admin, fresh, key):
    answer = add(client, admin, key)

    assert (answer.status_code, set(answer.json["errors"]["headers"])) == (422, {"Idempotency-Key"})
    assert count(fresh) == 1


def test_of_twenty_requests_at_once_one_makes_the_account(app, admin, fresh):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: add(app.test_client(), admin, "k"), range(20)))

    made = {answer.data for answer in answers if answer.status_code == 201}
    refused = {answer.json["code"] for answer in answers if answer.status_code != 201}
    assert len(made) == 1
    assert refused <= {"idempotency_key_in_use"}
    assert count(fresh) == 2


def test_the_document_tells_of_the_key(client):
    operation = resolve(client.get("/openapi.json").json)["paths"]["/admin/users"]["post"]

    assert [parameter["name"] for parameter in operation["parameters"]] == ["Idempotency-Key"]
    assert "idempotency_key_in_use" in operation["responses"]["409"]["description"]
    assert "idempotency_key_reused" in operation["responses"]["422"]["description"]
