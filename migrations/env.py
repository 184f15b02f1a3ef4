"""Alembic's entry point: runs in the application context and uses its metadata and engine."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, MetaData

from learnstream import models  # noqa: F401 - registers the tables


def metadata() -> MetaData:
    return current_app.extensions["migrate"].db.metadata


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata(), compare_type=True, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=metadata(), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        migrate(connection)
