"""What happens between a look at a row and the change that relies on it."""

import time
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
def meanwhile(app):
    """Change something, let a request run into it, and only then commit the change; return the request's answer."""

    @contextmanager
    def changing(statement):
        with db.engine.connect() as connection:
            connection.execute(statement)
            yield connection
            connection.commit()

    def meanwhile(statement, request):
        with ThreadPoolExecutor(1) as pool, changing(statement):
            answer = pool.submit(request)
            wait_until_blocked()
        return answer.result()

    return meanwhile


def wait_until_blocked():
    deadline = time.monotonic() + 1.5
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(sa.text(BLOCKED)).scalar():
            assert time.monotonic() < deadline, "the request did not wait"


def login(app, person):
    return app.test_client().post("/auth/login", json={"email": person.email, "password": PASSWORD})


def test_a_password_changed_meanwhile_lets_the_old_one_in_no_more(app, stranger, meanwhile, fresh):
    changed = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash("another walrus entirely")

    answer = meanwhile(sa.update(User).values(password_hash=changed), lambda: login(app, stranger))

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")
    assert fresh.scalars(sa.select(Session.id)).all() == [stranger.session_id]


def test_an_account_disabled_meanwhile_is_not_signed_in(app, stranger, meanwhile, fresh):
    answer = meanwhile(sa.update(User).values(is_active=False), lambda: login(app, stranger))

    assert (answer.status_code, answer.json["code"]) == (403, "account_disabled")
    assert fresh.scalars(sa.select(Session.id)).all() == [stranger.session_id]


def test_an_administrator_demoted_meanwhile_cannot_take_the_role_back(app, admin, meanwhile, fresh):
    def take_back():
        return app.test_client().patch(f"/admin/users/{admin.id}", json={"role": "admin", "name": "Eve"}, auth=admin)

    answer = meanwhile(sa.update(User).where(User.id == admin.id).values(role=Role.STUDENT), take_back)

    assert (answer.status_code, answer.json["code"]) == (401, "token_revoked")
    assert fresh.get(User, admin.id).role is Role.STUDENT


def test_a_session_ended_meanwhile_is_not_refreshed(app, stranger, meanwhile):
    token = login(app, stranger).json["refresh_token"]

    answer = meanwhile(
        sa.update(Session).values(revoked_at=now()),
        lambda: app.test_client().post("/auth/refresh", json={"refresh_token": token}),
    )

    assert (answer.status_code, answer.json["code"]) == (401, "token_revoked")


def test_many_registrations_of_one_address_at_once_make_one_account(app, fresh):
    def register(number):
        email = "sam@example.com" if number % 2 else "SAM@example.com"
        return app.test_client().post("/auth/register", json={"name": "Sam", "email": email, "password": PASSWORD})

    with ThreadPoolExecutor(10) as pool:
        statuses = [answer.status_code for answer in pool.map(register, range(MANY))]

    assert (statuses.count(201), statuses.count(409)) == (1, MANY - 1)
    assert fresh.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_two_accounts_that_want_one_address_at_once_share_it_not(app, stranger, owner, fresh):
    def move(person):
        body = {"email": "wanted@example.com", "current_password": PASSWORD}
        return app.test_client().patch("/users/me", json=body, auth=person).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(move, [stranger, owner]))

    assert statuses == [200, 409]
