"""Lock timeouts: PostgreSQL itself ends the wait before the watchdog does, and the breaker stays closed."""

import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from learnstream.models import User
from learnstream.stores import breaker, postgres
from learnstream.stores.budget import REQUEST_BUDGET, _spent, request_budget
from learnstream.stores.sql import db
from tests.factories import PASSWORD

NEW = "seven quiet herons"


@contextmanager
def holding(person):
    with db.engine.begin() as connection:
        connection.execute(sa.select(User.id).where(User.id == person.id).with_for_update())
        yield


@pytest.mark.parametrize("change", [{"name": "Sam"}, {"password": NEW, "current_password": PASSWORD}])
def test_an_account_locked_for_long_is_a_503_and_the_breaker_stays_closed(client, stranger, learner, change):
    client.get("/users/me", auth=stranger)  # the first request of a process imports what it needs
    with holding(stranger):
        began = time.monotonic()
        response = client.patch("/users/me", auth=stranger, json=change)
        seconds = time.monotonic() - began
    db.session.rollback()

    assert (response.status_code, response.json["code"]) == (503, "store_unavailable")
    assert response.headers["Retry-After"]
    assert 1 < seconds < 2
    assert not postgres.breaker.open
    assert client.patch("/users/me", auth=learner, json={"name": "Lea"}).status_code == 200


def test_an_administrators_change_has_the_same_lock_timeout(client, admin, stranger):
    with holding(stranger):
        response = client.patch(f"/admin/users/{stranger.id}", auth=admin, json={"role": "instructor"})
    db.session.rollback()

    assert response.status_code == 503
    assert not postgres.breaker.open


@pytest.mark.parametrize("spent", [1.0, 1.65])
def test_the_lock_timeout_shrinks_with_the_budget(app, stranger, spent):
    with holding(stranger), request_budget():
        db.session.execute(sa.text("SELECT 1"))
        _spent.set(spent)
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            db.session.get(User, stranger.id, with_for_update=True)
    db.session.rollback()

    assert not postgres.breaker.open


def test_a_request_with_a_spent_budget_leaves_the_breaker_closed(app):
    for prepare in (db.engine.dispose, lambda: db.session.execute(sa.text("SELECT 1"))):
        prepare()
        with request_budget():
            _spent.set(REQUEST_BUDGET - 0.01)
            with pytest.raises(breaker.Unavailable):
                db.session.execute(sa.text("SELECT 1"))

    assert not postgres.breaker.open
