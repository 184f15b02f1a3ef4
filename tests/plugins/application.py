"""The application under test: each parallel worker has its own databases, emptied between tests."""

import os
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import mongoengine
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_migrate import upgrade

from config import load
from devstack.services.postgres import create_database, drop_database
from learnstream import create_app, documents
from learnstream.extensions import celery, limiter
from learnstream.models import Role
from learnstream.services.delivery import catalogue
from learnstream.stores.redis import redis
from learnstream.stores.sql import db
from tests.factories import Person, make_person
from tests.plugins.contract import Contract


class Client(FlaskClient):
    """A test client that takes a person as `auth` and checks that responses match the OpenAPI document."""

    def open(self, *args, auth=None, **kwargs):
        if isinstance(auth, Person):
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "Authorization": f"Bearer {auth.token}"}
        response = super().open(*args, **kwargs)
        self.application.extensions["contract"].check(response)
        return response


def with_path(url, path):
    return urlunsplit(urlsplit(url)._replace(path=path))


@pytest.fixture(scope="session")
def settings(worker_id, mux_emulator, stripe_emulator):
    """Environment variables of the application under test."""
    name = f"learnstream_{worker_id}"
    database = create_database(os.environ["DATABASE_URL"], name)
    number = 1 + int(worker_id.removeprefix("gw") or 0) if worker_id != "master" else 0
    yield {
        "LEARNSTREAM_ENV": "testing",
        "DATABASE_URL": database,
        "MONGODB_URI": with_path(os.environ["MONGODB_URI"], f"/{name}"),
        "REDIS_URL": with_path(os.environ["REDIS_URL"], f"/{number}"),
        "RATELIMIT_ENABLED": "false",
        "LOG_LEVEL": "WARNING",
        **mux_emulator.environment(),
        **stripe_emulator.environment(),
    }
    drop_database(os.environ["DATABASE_URL"], name)


@pytest.fixture(scope="session")
def application(settings):
    app = create_app(load(settings))
    # Tasks run in the application that was created last before this: a test may create others.
    celery.finalize()
    app.test_client_class = Client
    app.extensions["contract"] = Contract(app)
    with app.app_context():
        upgrade()
        documents.ensure_indexes()
    yield app
    with app.app_context():
        db.engine.dispose()
        mongo = mongoengine.get_connection()
        mongo.drop_database(mongoengine.get_db().name)
    mongoengine.disconnect()
    redis.client.close()


@pytest.fixture
def app(application):
    """The application, with its context pushed and its stores empty."""
    with application.app_context():
        empty_stores()
        yield application
        db.session.remove()


@pytest.fixture
def rate_limits(app, monkeypatch):
    """Enable rate limits, which are off in all other tests."""
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.init_app(app)


def empty_stores():
    """Delete what tests have written; tables, collections and indexes remain."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql(deletion())
    database = mongoengine.get_db()
    for name in filled_collections(database):
        database[name].delete_many({})
    redis.client.flushdb()
    # In-process copies must not outlive the emptied cache.
    catalogue.totals.clear()


@cache
def deletion():
    """Return the statements that delete all rows. To build them takes as long as they do, about 0.6 ms.

    With few rows, DELETE takes a tenth of the time of TRUNCATE, which replaces files.
    """
    statements = [str(table.delete()) for table in reversed(db.metadata.sorted_tables)]
    # As a replica does: without triggers, of which the ledger's refuse to delete.
    return "; ".join(["SET LOCAL session_replication_role = replica", *statements])


def filled_collections(database):
    """Return the names of the collections that contain documents, found by one query.

    Emptying only these takes 2 instead of 6 ms of CPU time per test, most of which write to few collections.
    """
    parts = [{"$unionWith": {"coll": name, "pipeline": any_as(name)}} for name in database.list_collection_names()]
    # An aggregation starts from a collection; this one does not exist.
    return [found["name"] for found in database["none"].aggregate(parts)] if parts else []


def any_as(name):
    """Return the stages that yield one result, this name, if there is any document."""
    return [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}]


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def separate_session(app):
    """A separate session, which sees only committed data."""
    with sa.orm.Session(db.engine) as session:
        yield session


@pytest.fixture
def admin(app):
    return make_person(Role.ADMIN, "Ada")


@pytest.fixture
def owner(app):
    """An instructor, the owner of the tests' courses."""
    return make_person(Role.INSTRUCTOR, "Ines")


@pytest.fixture
def stranger(app):
    """A student without any access rights."""
    return make_person(Role.STUDENT, "Stan")
