import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, User
from learnstream.stores.sql import db
from tests.factories import PASSWORD

NEW = "another walrus entirely"


def change(client, person, **body):
    return client.patch("/users/me", json=body, auth=person)


def login(client, email, password):
    return client.post("/auth/login", json={"email": email, "password": password})


def bearer(response):
    return {"Authorization": f"Bearer {response.json['access_token']}"}


def refused(response):
    return response.status_code, response.json["code"]


@pytest.fixture
def verified(stranger):
    db.session.execute(update(User).values(email_verified_at=now()))
    db.session.commit()


def test_a_name_is_changed_without_the_password(client, stranger, separate_session):
    response = change(client, stranger, name="  Stan the Man ")

    assert (response.status_code, response.json["name"]) == (200, "Stan the Man")
    assert separate_session.get_one(User, stranger.id).name == "Stan the Man"


def test_a_new_address_signs_in_and_is_unverified(client, stranger, verified, separate_session):
    response = change(client, stranger, email="stan@school.test", current_password=PASSWORD)

    assert (response.json["email"], response.json["email_verified_at"]) == ("stan@school.test", None)
    assert login(client, "stan@school.test", PASSWORD).status_code == 200
    assert login(client, stranger.email, PASSWORD).status_code == 401
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("user.email_changed", {"before": stranger.email})


def test_the_same_address_stays_verified(client, stranger, verified):
    response = change(client, stranger, email=stranger.email, current_password=PASSWORD)

    assert response.json["email_verified_at"]


def test_another_users_address_is_taken_in_any_case(client, stranger, owner, separate_session):
    response = change(client, stranger, email=owner.email.upper(), name="New", current_password=PASSWORD)

    assert refused(response) == (409, "email_taken")
    assert separate_session.get_one(User, stranger.id).name == stranger.name


def test_a_new_password_signs_in_and_the_old_one_does_not(client, stranger):
    assert change(client, stranger, password=NEW, current_password=PASSWORD).status_code == 200

    assert login(client, stranger.email, NEW).status_code == 200
    assert login(client, stranger.email, PASSWORD).status_code == 401


def test_a_new_password_ends_the_other_sessions_with_the_next_request(client, stranger, separate_session):
    other = login(client, stranger.email, PASSWORD)
    assert client.get("/users/me", headers=bearer(other)).status_code == 200

    change(client, stranger, password=NEW, current_password=PASSWORD)

    assert client.get("/users/me", headers=bearer(other)).status_code == 401
    assert refused(client.post("/auth/refresh", json={"refresh_token": other.json["refresh_token"]}))[0] == 401
    assert client.get("/users/me", auth=stranger).status_code == 200
    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.details) == ("user.password_changed", {"sessions_ended": 1})


@pytest.mark.parametrize("changes", [{"email": "stan@school.test"}, {"password": NEW}])
def test_changing_address_or_password_requires_the_current_password(client, stranger, changes):
    missing = change(client, stranger, **changes)
    wrong = change(client, stranger, **changes, current_password="wrong")

    assert (missing.status_code, set(missing.json["errors"]["json"])) == (422, {"current_password"})
    assert refused(wrong) == (403, "wrong_password")
    assert login(client, stranger.email, PASSWORD).status_code == 200


@pytest.mark.parametrize("password", ["password", "stan@school.test", "Stan the Man"])
def test_a_weak_new_password_changes_nothing(client, stranger, separate_session, password):
    body = {"name": "Stan the Man", "email": "stan@school.test", "password": password}
    response = change(client, stranger, **body, current_password=PASSWORD)

    assert refused(response) == (422, "password_refused")
    assert set(response.json["errors"]["json"]) == {"password"}
    assert separate_session.get_one(User, stranger.id).email == stranger.email


@pytest.mark.parametrize("field", ["name", "email", "password", "current_password"])
@pytest.mark.parametrize("value", [None, 7, 10**40, True, "", "a\x00b", "\ud800", [], {}, "x" * 300])
def test_an_invalid_field_is_named(client, stranger, field, value):
    response = change(client, stranger, **{field: value})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})


OPTIONAL = {"phone": "+4930901820", "timezone": "America/Sao_Paulo", "language": "pt-BR"}


def test_optional_fields_are_set_and_cleared_without_the_password(client, stranger, separate_session):
    assert {name: change(client, stranger, **OPTIONAL).json[name] for name in OPTIONAL} == OPTIONAL
    assert {name: client.get("/users/me", auth=stranger).json[name] for name in OPTIONAL} == OPTIONAL

    cleared = change(client, stranger, **dict.fromkeys(OPTIONAL)).json

    assert {name: cleared[name] for name in OPTIONAL} == dict.fromkeys(OPTIONAL)
    assert separate_session.get_one(User, stranger.id).phone is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("phone", value) for value in ("030901820", "+0309018200", "+49 30 901820", "+4930901820x", "+" + "1" * 16)),
        *(("phone", value) for value in ("", "+1", 4930901820, [], "+49309018\u0662\u0660", "+4930901820\n")),
        *(("timezone", value) for value in ("", "Berlin", "europe/berlin", "../etc/passwd", "localtime", 7, "a\x00b")),
        *(("language", value) for value in ("", "de", "pt", "pt-br", "EN", 7, [], {}, "en\x00")),
    ],
)
def test_an_invalid_optional_field_is_named(client, stranger, field, value):
    response = change(client, stranger, **{field: value})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})


@pytest.mark.parametrize(
    "field", ["pending_email", "email_changed_at", "role", "is_active", "id", "email_verified_at", "password_hash"]
)
def test_fields_that_callers_cannot_change_are_rejected(client, stranger, field):
    response = change(client, stranger, **{field: "admin"})

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {field})


def test_an_empty_change_is_rejected(client, stranger):
    assert refused(change(client, stranger)) == (422, "validation_failed")
