import pytest
from sqlalchemy import func, select

from learnstream.models import Role, User

SAM = {"name": "Sam Adeyemi", "email": "sam@example.com", "password": "a walrus in the pantry"}


def register(client, **changed):
    return client.post("/auth/register", json=SAM | changed)


def fields(answer):
    return set(answer.json["errors"]["json"])


def test_an_account_is_made(client, fresh):
    answer = register(client)

    user = fresh.scalars(select(User)).one()
    assert answer.status_code == 201
    assert answer.json == {"id": user.id, "name": "Sam Adeyemi", "email": "sam@example.com", "role": "student"}
    assert user.password_hash.startswith("$argon2id$")
    assert user.email_verified_at is None


def test_nobody_chooses_their_own_role(client, fresh):
    answer = register(client, role="admin")

    assert (answer.status_code, fields(answer)) == (422, {"role"})
    assert fresh.scalar(select(func.count()).select_from(User)) == 0


def test_an_address_is_taken_in_any_case(client, fresh):
    register(client)

    answer = register(client, email="SAM@Example.COM")

    assert (answer.status_code, answer.json["code"]) == (409, "email_taken")
    assert fresh.scalar(select(func.count()).select_from(User)) == 1


def test_a_new_account_is_a_students(client, fresh):
    register(client, email="Sam.B@EXAMPLE.com")

    user = fresh.scalars(select(User)).one()
    assert (user.role, user.email, user.is_active) == (Role.STUDENT, "Sam.B@example.com", True)


@pytest.mark.parametrize("email", ["sam@school.test", "sam+x@example.org", "søren@exämple.com"])
def test_addresses_of_many_kinds_are_taken(client, email):
    assert register(client, email=email).json["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "sam",
        "sam@",
        "@example.com",
        "a b@example.com",
        "sam@localhost",
        "sam@e\x00x.com",
        "x" * 65 + "@b.com",
        7,
        None,
        "sam@example.com\ud800",
        ["sam@example.com"],
        "a" * 300 + "@example.com",
    ],
)
def test_an_address_that_is_none_is_named(client, email):
    answer = register(client, email=email)

    assert (answer.status_code, fields(answer)) == (422, {"email"})


@pytest.mark.parametrize(
    "password",
    [
        "short12",
        "x" * 129,
        "password",
        "PASSWORD",
        "qwertyuiop",
        "sam@example.com",
        "Sam Adeyemi",
        "a\x00bcdefgh",
        12345678,
        None,
        "",
        "\ud800" * 9,
        {"a": 1},
    ],
)
def test_a_weak_or_broken_password_is_named(client, fresh, password):
    answer = register(client, password=password)

    assert (answer.status_code, fields(answer)) == (422, {"password"})
    assert fresh.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize(
    "password", ["eight ch", "x" * 100 + "yz" * 14, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "пароль длиннее"]
)
def test_there_are_no_rules_of_composition(client, password):
    assert register(client, password=password).status_code == 201


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\nb", "a\x85b", "a\u2028b", "a\x00b", 7, None, 10**40, []])
def test_a_name_that_is_none_is_named(client, name):
    answer = register(client, name=name)

    assert (answer.status_code, fields(answer)) == (422, {"name"})


def test_missing_fields_are_named(client):
    answer = client.post("/auth/register", json={})

    assert (answer.status_code, fields(answer)) == (422, {"name", "email", "password"})


@pytest.mark.parametrize("body", ["[]", "7", '"x"', "null"])
def test_json_that_is_no_object_is_refused(client, body):
    answer = client.post("/auth/register", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (422, "validation_failed")


@pytest.mark.parametrize("body", ["{", '{"name": NaN}', '{"a": ' + "9" * 5000 + "}", "[" * 100_000, '{"a":' * 100_000])
def test_what_is_not_json_is_a_bad_request(client, body):
    answer = client.post("/auth/register", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("body", ['{"name": "a", "email": "a", "name": "b"}', '{"x": [{"name": 1, "name": 1}]}'])
def test_a_field_that_stands_there_twice_is_named(client, body):
    answer = client.post("/auth/register", data=body, content_type="application/json")

    assert (answer.status_code, answer.json["code"], fields(answer)) == (400, "malformed_json", {"name"})


def test_another_content_type_is_refused(client):
    answer = client.post("/auth/register", data=SAM)

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_a_huge_body_is_refused(client):
    answer = register(client, name="x" * 2_000_000)

    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")
