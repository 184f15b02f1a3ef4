"""Listening to the SQL statements that tests cause."""

from contextlib import contextmanager

import sqlalchemy as sa

from learnstream.stores.sql import db


@contextmanager
def sql_heard_by(listener):
    """Have a function called before each SQL statement that is sent in this context."""
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
