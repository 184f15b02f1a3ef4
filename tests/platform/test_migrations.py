from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from learnstream.stores.sql import db


def test_tables_match_the_migrations(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_all_migrations_can_be_reverted_and_repeated(app):
    downgrade(revision="base")
    tables_below = set(inspect(db.engine).get_table_names())
    upgrade()

    assert tables_below <= {"alembic_version"}
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())
