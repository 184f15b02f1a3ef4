"""A copy of the stores: finds what a request has changed, and undoes it without recreating everything."""

from typing import Any

import mongoengine
import sqlalchemy as sa
from flask import Flask

from learnstream.stores.redis import redis
from learnstream.stores.sql import db

SNAPSHOT_SCHEMA = "as_it_was"


class Snapshot:
    """Taken on creation. Redis is not included: it contains only copies, which are dropped."""

    def __init__(self, application: Flask) -> None:
        self.application = application
        with application.app_context():
            self._copy_stores()

    def _copy_stores(self) -> None:
        self.tables = db.metadata.sorted_tables
        with db.engine.begin() as connection:
            connection.exec_driver_sql(
                f"DROP SCHEMA IF EXISTS {SNAPSHOT_SCHEMA} CASCADE; CREATE SCHEMA {SNAPSHOT_SCHEMA}"
            )
            for table in self.tables:
                connection.exec_driver_sql(f"CREATE TABLE {SNAPSHOT_SCHEMA}.{table} AS TABLE {table}")
        self.rows = self._rows()
        self.documents = _documents()

    def restore(self) -> list[str]:
        """Restore the stores; return the tables and collections that had changed."""
        with self.application.app_context():
            return self._restore()

    def _restore(self) -> list[str]:
        rows, documents = self._rows(), _documents()
        changed_rows = [name for name in rows if rows[name] != self.rows[name]]
        names = documents.keys() | self.documents.keys()
        changed_documents = [name for name in sorted(names) if documents.get(name) != self.documents.get(name)]
        if changed_rows:
            self._restore_rows()
        for name in changed_documents:
            self._restore_documents(name)
        redis.client.flushdb()
        return changed_rows + changed_documents

    def drop(self) -> None:
        with self.application.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {SNAPSHOT_SCHEMA} CASCADE")

    def _rows(self) -> dict[str, list[str]]:
        with db.engine.begin() as connection:
            return {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in self.tables}

    def _restore_rows(self) -> None:
        with db.engine.begin() as connection:
            for table in reversed(self.tables):
                connection.execute(table.delete())
            for table in self.tables:
                connection.exec_driver_sql(f"INSERT INTO {table} TABLE {SNAPSHOT_SCHEMA}.{table}")

    def _restore_documents(self, name: str) -> None:
        collection = mongoengine.get_db()[name]
        collection.delete_many({})
        if original := self.documents.get(name):
            collection.insert_many(original)


def _documents() -> dict[str, list[dict[str, Any]]]:
    database = mongoengine.get_db()
    documents_by_name = {
        name: list(database[name].find(sort=[("_id", 1)])) for name in database.list_collection_names()
    }
    return {name: documents for name, documents in documents_by_name.items() if documents}
