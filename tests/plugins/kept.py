"""Data that many tests start from: created once per worker, then copied into the emptied stores of each further test."""

import time
from itertools import count

import mongoengine
import pytest
import sqlalchemy as sa

from learnstream.stores.sql import db
from tests.plugins.application import filled_collections

# Seconds. Access tokens last for 15 minutes, and what was created "now" must not be long ago.
MAX_AGE = 180.0
_number = count(1)


class Kept:
    """The rows and documents that a function created in empty stores, and its result."""

    def __init__(self, create):
        with db.engine.begin() as connection:
            assert _filled_tables(connection) == [], "Kept data must be created before any other data of a test."
        self.result = create()
        self.expires_at = time.monotonic() + MAX_AGE
        self.schema = f"kept_{next(_number)}"
        with db.engine.begin() as connection:
            self.tables = _filled_tables(connection)
            copies = [f"CREATE TABLE {self.schema}.{table} AS TABLE {table}" for table in self.tables]
            connection.exec_driver_sql("; ".join([f"CREATE SCHEMA {self.schema}", *copies]))
        database = mongoengine.get_db()
        self.documents = {name: list(database[name].find()) for name in filled_collections(database)}

    def restore(self):
        with db.engine.begin() as connection:
            connection.exec_driver_sql(
                "; ".join(f"INSERT INTO {each} TABLE {self.schema}.{each}" for each in self.tables)
            )
        for name, documents in self.documents.items():
            mongoengine.get_db()[name].insert_many(documents)


def _filled_tables(connection):
    tables = db.metadata.sorted_tables
    return [table.name for table in tables if connection.scalar(sa.select(sa.exists(sa.select(table))))]


@pytest.fixture(scope="session")
def kept_data():
    """The kept data by the function that creates it; `keep` adds to it."""
    return {}


@pytest.fixture
def keep(app, kept_data):
    """Return a function that puts data into a test's stores: `keep(create)` calls `create` once, then copies.

    The result of `create` must be constant, and is the same object in every test.
    """

    def keep(create):
        kept = kept_data.get(create)
        if kept and time.monotonic() < kept.expires_at:
            kept.restore()
        else:
            kept = kept_data[create] = Kept(create)
        return kept.result

    return keep
