"""Derivation of keys and search words for accounts written by the previous release."""

import pytest
from sqlalchemy import select, text

from learnstream.models import User, is_outdated
from learnstream.services.accounts import derivation
from learnstream.stores.sql import db
from tests.factories import PASSWORD, PASSWORD_HASH, make_person

INSERT = text(
    "INSERT INTO users (name, email, password_hash, role, is_active, sessions_valid_from, created_at, updated_at)"
    " VALUES (:name, :email, :hash, 'student', true, now(), now(), now()) RETURNING id"
)


@pytest.fixture
def older(app):
    """Register and change accounts as the previous release does."""

    def register(name, email):
        user_id = db.session.scalar(INSERT, {"name": name, "email": email, "hash": PASSWORD_HASH})
        db.session.commit()
        return user_id

    def change(user_id, email):
        db.session.execute(text("UPDATE users SET email = :email WHERE id = :id"), {"id": user_id, "email": email})
        db.session.commit()

    register.change = change
    return register


@pytest.fixture
def release(app):
    return lambda: app.test_cli_runner().invoke(args=["release"])


def key(separate_session, user_id):
    return separate_session.scalar(select(User.email_key).where(User.id == user_id))


def signed_in(client, email):
    response = client.post("/auth/login", json={"email": email, "password": PASSWORD})
    return response.status_code == 200


def found(client, admin, q):
    return [user["name"] for user in client.get("/admin/users", query_string={"q": q}, auth=admin).json]


def test_a_release_gives_every_account_its_key_and_its_words(older, release, client, admin, separate_session):
    user_id = older("Ana Jose\u0301phine", "Ana@example.com")
    before = separate_session.scalar(select(User.updated_at).where(User.id == user_id))

    result = release()

    assert (result.exit_code, "accounts: 1 updated" in result.output) == (0, True)
    assert key(separate_session, user_id) == "ana@example.com"
    assert found(client, admin, "jose") == ["Ana Jos\xe9phine"]
    assert separate_session.scalar(select(User.updated_at).where(User.id == user_id)) == before
    assert "accounts: 0 updated" in release().output


def test_of_two_accounts_with_the_same_canonical_address_the_older_keeps_the_key(
    older, release, client, separate_session
):
    first, second = older("First", "masse@example.com"), older("Second", "maße@example.com")

    result = release()

    assert (key(separate_session, first), key(separate_session, second)) == ("masse@example.com", None)
    assert f"account {second}: its address is now that of account {first}" in result.output
    assert signed_in(client, "maße@example.com")
    assert f"account {second}" in release().output


def test_an_administrator_may_set_the_address_of_the_other_account(older, release, client, admin, separate_session):
    first, second = older("First", "masse@example.com"), older("Second", "maße@example.com")
    release()

    same = client.patch(f"/admin/users/{second}", json={"email": "MASSE@example.com"}, auth=admin)
    renamed = client.patch(f"/admin/users/{second}", json={"name": "Second Two"}, auth=admin)
    others = client.patch(f"/admin/users/{first}", json={"email": "first@example.com"}, auth=admin)
    assert (others.status_code, set(others.json["errors"]["json"])) == (422, {"email"})
    assert (same.status_code, same.json["code"], renamed.status_code) == (409, "email_taken", 200)
    assert client.patch(f"/admin/users/{second}", json={"email": "second@example.com"}, auth=admin).status_code == 200

    assert (key(separate_session, first), key(separate_session, second)) == ("masse@example.com", "second@example.com")
    assert "its address is now" not in release().output
    assert signed_in(client, "second@example.com")


def test_an_account_registered_with_the_previous_release_can_sign_in_immediately(older, client):
    older("Late", "Late@example.com")

    assert signed_in(client, "LATE@example.com")
    register = {"name": "Another", "email": "lAte@example.com", "password": PASSWORD}
    assert client.post("/auth/register", json=register).status_code == 409


def test_after_a_change_with_the_previous_release_only_the_new_address_signs_in(older, client, separate_session):
    person = make_person()
    older.change(person.id, email="new@example.com")

    assert signed_in(client, "new@example.com")
    assert not signed_in(client, person.email)
    derivation.derive_missing()
    assert signed_in(client, "new@example.com")
    assert (
        client.post("/auth/register", json={"name": "A", "email": person.email, "password": PASSWORD}).status_code
        == 201
    )


def test_accounts_that_exchange_their_addresses_exchange_their_keys(older, app, separate_session):
    one, two = make_person(name="One"), make_person(name="Two")
    older.change(one.id, email="meanwhile@example.com")
    older.change(two.id, email=one.email)
    older.change(one.id, email=two.email)

    derivation.derive_missing()

    assert (key(separate_session, one.id), key(separate_session, two.id)) == (two.email, one.email)


def test_more_accounts_than_a_batch_are_derived(older, app, monkeypatch):
    monkeypatch.setattr(derivation, "BATCH", 2)
    for number in range(5):
        older(f"Person {number}", f"person{number}@example.com")

    assert derivation.derive_missing() == 5
    assert db.session.scalars(select(User.id).where(is_outdated())).all() == []


def test_a_name_that_would_be_too_long_composed_stays_as_it_is(older, app, separate_session):
    user_id = older("\u0958" * 100, "long@example.com")

    derivation.derive_missing()

    assert separate_session.get_one(User, user_id).name == "\u0958" * 100
