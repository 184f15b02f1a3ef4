from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from learnstream.models import LedgerAccount
from learnstream.stores.sql import db
from tests.money import balances, make_order, pay


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


def test_migrations_of_payments_can_be_reverted_after_a_sale(app):
    order = make_order(4900, discount=900)
    pay(order)
    db.session.commit()
    assert LedgerAccount.DISCOUNTS in balances(order)
    db.session.rollback()

    # Its entries are of an account that the first of these migrations did not have.
    downgrade(revision="b81f3c6d0e27")
    upgrade()
    assert LedgerAccount.DISCOUNTS in balances(order)
    db.session.rollback()

    downgrade(revision="d5a07c3be914")
    upgrade()
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())
