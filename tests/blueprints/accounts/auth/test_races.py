"""Concurrent changes between reading a row and the write that relies on it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from learnstream.clock import now
from learnstream.models import Role, Session, User
from learnstream.stores.sql import db
from tests.factories import PASSWORD

MANY = 30
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def race(app):
    """Run a statement, send a request that must wait for it, then commit; return the response."""

    @contextmanager
    def changing(statement):
        with db.engine.connect() as connection:
            connection.execute(statement)
            yield connection
            connection.commit()

    def race(statement, request):
        with ThreadPoolExecutor(1) as pool, changing(statement):
            response = pool.submit(request)
            wait_until_blocked(response)
        return response.result()

    return race


def wait_until_blocked(response):
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(sa.text(BLOCKED)).scalar():
            assert not response.done(), "the request did not wait"


def login(app, person):
    return app.test_client().post("/auth/login", json={"email": person.email, "password": PASSWORD})


def test_a_password_changed_during_a_login_invalidates_the_old_one(app, stranger, race, separate_session):
    changed = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash("another walrus entirely")

    response = race(sa.update(User).values(password_hash=changed), lambda: login(app, stranger))

    assert (response.status_code, response.json["code"]) == (401, "invalid_credentials")
    assert separate_session.scalars(sa.select(Session.id)).all() == [stranger.session_id]


# Of an account that has just confirmed another address.
MOVED = """
WITH moved AS (
    UPDATE users SET email = 'new@x.org', email_key = 'new@x.org', derived_from = name || chr(10) || 'new@x.org'
    WHERE id = :id RETURNING id
)
INSERT INTO address_changes (id, user_id, old_address, old_key, new_address, created_at, confirmed_at)
SELECT nextval('address_changes_id_seq'), id, :email, :email, 'new@x.org', now(), now() FROM moved
"""


def test_an_address_given_up_during_a_registration_stays_reserved(app, stranger, race, separate_session):
    body = {"name": "Tom", "email": stranger.email, "password": "a walrus in the pantry"}
    moved = sa.text(MOVED).bindparams(id=stranger.id, email=stranger.email)

    response = race(moved, lambda: app.test_client().post("/auth/register", json=body))

    assert (response.status_code, response.json["code"]) == (409, "email_taken")
    assert separate_session.scalars(sa.select(User.id)).all() == [stranger.id]


def test_an_account_disabled_during_a_login_is_not_signed_in(app, stranger, race, separate_session):
    response = race(sa.update(User).values(is_active=False), lambda: login(app, stranger))

    assert (response.status_code, response.json["code"]) == (403, "account_disabled")
    assert separate_session.scalars(sa.select(Session.id)).all() == [stranger.session_id]


def test_a_concurrently_demoted_administrator_cannot_regain_the_role(app, admin, race, separate_session):
    def regain_role():
        return app.test_client().patch(f"/admin/users/{admin.id}", json={"role": "admin", "name": "Eve"}, auth=admin)

    response = race(sa.update(User).where(User.id == admin.id).values(role=Role.STUDENT), regain_role)

    assert (response.status_code, response.json["code"]) == (401, "token_revoked")
    assert separate_session.get(User, admin.id).role is Role.STUDENT


def test_a_session_ended_during_a_refresh_is_not_refreshed(app, stranger, race):
    token = login(app, stranger).json["refresh_token"]

    response = race(
        sa.update(Session).values(revoked_at=now()),
        lambda: app.test_client().post("/auth/refresh", json={"refresh_token": token}),
    )

    assert (response.status_code, response.json["code"]) == (401, "token_revoked")


def test_concurrent_registrations_of_an_address_create_one_account(app, separate_session):
    def register(number):
        email = "sam@example.com" if number % 2 else "SAM@example.com"
        return app.test_client().post("/auth/register", json={"name": "Sam", "email": email, "password": PASSWORD})

    with ThreadPoolExecutor(10) as pool:
        statuses = [response.status_code for response in pool.map(register, range(MANY))]

    assert (statuses.count(201), statuses.count(409)) == (1, MANY - 1)
    assert separate_session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_only_one_of_two_accounts_gets_an_address_requested_concurrently(app, stranger, owner, separate_session):
    def move(person):
        body = {"email": "wanted@example.com", "current_password": PASSWORD}
        return app.test_client().patch("/users/me", json=body, auth=person).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(move, [stranger, owner]))

    assert statuses == [200, 409]
