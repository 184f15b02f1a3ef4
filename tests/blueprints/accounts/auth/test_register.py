import pytest
from sqlalchemy import func, select

from learnstream.models import Role, Session, User
from learnstream.services.accounts import registration
from learnstream.services.accounts.links import Purpose

SAM = {"name": "Sam Adeyemi", "email": "sam@example.com", "password": "a walrus in the pantry"}


def register(client, **changed):
    return client.post("/auth/register", json=SAM | changed)


def fields(response):
    return set(response.json["errors"]["json"])


def test_an_account_is_created(client, separate_session):
    response = register(client)

    user = separate_session.scalars(select(User)).one()
    assert response.status_code == 201
    assert response.json == {"id": user.id, "name": "Sam Adeyemi", "email": "sam@example.com", "role": "student"}
    assert user.password_hash.startswith("$argon2id$")
    assert user.email_verified_at is None


def test_the_role_cannot_be_chosen_at_registration(client, separate_session):
    response = register(client, role="admin")

    assert (response.status_code, fields(response)) == (422, {"role"})
    assert separate_session.scalar(select(func.count()).select_from(User)) == 0


def test_a_taken_address_is_detected_in_any_case(client, separate_session):
    register(client)

    response = register(client, email="SAM@Example.COM")

    assert (response.status_code, response.json["code"]) == (409, "email_taken")
    assert separate_session.scalar(select(func.count()).select_from(User)) == 1


def test_a_new_account_has_the_student_role(client, separate_session):
    register(client, email="Sam.B@EXAMPLE.com")

    user = separate_session.scalars(select(User)).one()
    assert (user.role, user.email, user.is_active) == (Role.STUDENT, "Sam.B@example.com", True)


@pytest.mark.parametrize("email", ["sam@school.test", "sam+x@example.org", "søren@exämple.com"])
def test_valid_addresses_are_accepted(client, email):
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
def test_an_invalid_address_is_named(client, email):
    response = register(client, email=email)

    assert (response.status_code, fields(response)) == (422, {"email"})


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
def test_a_weak_or_invalid_password_is_named(client, separate_session, password):
    response = register(client, password=password)

    assert (response.status_code, fields(response)) == (422, {"password"})
    assert separate_session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize(
    "password", ["eight ch", "x" * 100 + "yz" * 14, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "пароль длиннее"]
)
def test_passwords_have_no_composition_rules(client, password):
    assert register(client, password=password).status_code == 201


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\nb", "a\x85b", "a\u2028b", "a\x00b", 7, None, 10**40, []])
def test_an_invalid_name_is_named(client, name):
    response = register(client, name=name)

    assert (response.status_code, fields(response)) == (422, {"name"})


def test_missing_fields_are_named(client):
    response = client.post("/auth/register", json={})

    assert (response.status_code, fields(response)) == (422, {"name", "email", "password"})


@pytest.mark.parametrize("body", ["[]", "7", '"x"', "null"])
def test_json_that_is_not_an_object_is_rejected(client, body):
    response = client.post("/auth/register", data=body, content_type="application/json")

    assert (response.status_code, response.json["code"]) == (422, "validation_failed")


@pytest.mark.parametrize("body", ["{", '{"name": NaN}', '{"a": ' + "9" * 5000 + "}", "[" * 100_000, '{"a":' * 100_000])
def test_invalid_json_is_a_bad_request(client, body):
    response = client.post("/auth/register", data=body, content_type="application/json")

    assert (response.status_code, response.json["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("body", ['{"name": "a", "email": "a", "name": "b"}', '{"x": [{"name": 1, "name": 1}]}'])
def test_a_duplicate_field_is_named(client, body):
    response = client.post("/auth/register", data=body, content_type="application/json")

    assert (response.status_code, response.json["code"], fields(response)) == (400, "malformed_json", {"name"})


def test_another_content_type_is_rejected(client):
    response = client.post("/auth/register", data=SAM)

    assert (response.status_code, response.json["code"]) == (415, "unsupported_media_type")


def test_a_huge_body_is_rejected(client):
    response = register(client, name="x" * 2_000_000)

    assert (response.status_code, response.json["code"]) == (413, "body_too_large")


@pytest.fixture
def hidden(require_verified):
    """Signing in requires a verified address, so that registering hides whether one has an account."""
    require_verified("login")


def test_known_and_unknown_addresses_get_the_same_response(client, hidden, stranger, separate_session):
    unknown, known = register(client), register(client, email=stranger.email.upper())

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert (unknown.status_code, set(unknown.json)) == (202, {"detail"})
    assert {*known.headers.keys()} == {*unknown.headers.keys()}
    assert separate_session.scalar(select(func.count()).select_from(User)) == 2


def test_the_same_work_is_done_for_known_and_unknown_addresses(client, hidden, stranger, statements, hashed):
    with statements() as unknown:
        register(client)
    with statements() as known:
        register(client, email=stranger.email)

    assert [kind(each) for each in known] == [kind(each).replace("RELEASE", "ROLLBACK TO") for each in unknown]
    assert len(hashed) == 2


def kind(statement):
    words = statement.split()
    return " ".join(words[:1] if words[0] in {"INSERT", "SELECT"} else words[:-1])


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that were hashed."""
    passwords, hash_new = [], registration.accounts.passwords.hash_new
    monkeypatch.setattr(
        registration.accounts.passwords, "hash_new", lambda password: passwords.append(password) or hash_new(password)
    )
    return passwords


def test_the_owner_of_a_known_address_is_told(client, hidden, stranger, accounts):
    register(client, email=stranger.email)

    assert accounts.commands() == [{"command": "already_registered", "email": stranger.email, "cause": None}]


def test_taken_addresses_are_not_counted_where_they_are_hidden(client, hidden, stranger, rate_limits):
    assert {register(client, email=stranger.email).status_code for _ in range(30)} == {202}


def test_a_registered_account_signs_in_once_its_address_is_verified(client, hidden, accounts, separate_session):
    register(client)
    credentials = {"email": SAM["email"], "password": SAM["password"]}
    before = client.post("/auth/login", json=credentials)
    user = separate_session.scalars(select(User)).one()

    client.post("/auth/verify-email", json={"token": accounts.token(Purpose.VERIFY_EMAIL, user)})

    assert (before.status_code, before.json["code"]) == (403, "email_unverified")
    assert client.post("/auth/login", json=credentials).status_code == 200


def test_an_unverified_address_is_told_only_to_whoever_knows_the_password(client, hidden, stranger, separate_session):
    wrong = client.post("/auth/login", json={"email": stranger.email, "password": "wrong"})

    assert (wrong.status_code, wrong.json["code"]) == (401, "invalid_credentials")
    assert separate_session.scalar(select(func.count()).select_from(Session)) == 1
