"""Query plans of the stores, to find queries that scan more than necessary."""

import mongoengine
import pytest
import sqlalchemy as sa

from learnstream.stores.sql import db
from tests.statements import sql_heard_by


class Plans:
    """The operations that MongoDB executed while profiling was on, with their plans."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        self.database.command("profile", 2)
        return self

    def __exit__(self, *_):
        self.database.command("profile", 0)
        found = self.database["system.profile"].find({"ns": {"$not": {"$regex": r"system\.profile$"}}})
        self.operations = [each for each in found if each["op"] in {"query", "command", "update", "getmore"}]
        self.database.drop_collection("system.profile")

    @property
    def scans(self):
        """Collection scans and in-memory sorts."""
        return [
            (each["ns"].partition(".")[2], each.get("planSummary"), each["command"])
            for each in self.operations
            if "COLLSCAN" in each.get("planSummary", "") or each.get("hasSortStage")
        ]

    def examined(self, collection):
        """Return how many documents of a collection were examined."""
        return sum(each.get("docsExamined", 0) for each in self.operations if each["ns"].endswith(f".{collection}"))


@pytest.fixture
def plans(app):
    """Profile MongoDB: `with plans: …`, then use `scans` and `examined`."""
    profiler = Plans(mongoengine.get_db())
    yield profiler
    profiler.database.command("profile", 0)
    profiler.database.drop_collection("system.profile")


@pytest.fixture
def other_seats(app):
    """Add, until the current transaction ends, so many enrollments in other courses that PostgreSQL's planner prefers
    indexes."""
    users_statement = """
        INSERT INTO users (name, email, email_key, derived_from, search_words,
            password_hash, role, is_active, sessions_valid_from, created_at, updated_at)
        SELECT 'Somebody', email, email, 'Somebody' || chr(10) || email,
            array_to_tsvector(ARRAY['somebody', 'somebody' || number, 'elsewhere', 'example', email]),
            '', 'student', true, now(), now(), now()
        FROM generate_series(1, 3000) AS number,
            LATERAL (SELECT 'somebody' || number || '@elsewhere.example' AS email) AS addresses"""
    enrollments_statement = """
        INSERT INTO enrollments (user_id, course_id, course_version, source, status, enrolled_at, updated_at)
        SELECT id, lpad(to_hex(id % 30), 24, '0'), 1, 'self', 'active', now(), now()
        FROM users WHERE email LIKE '%@elsewhere.example'"""

    def add():
        for statement in (users_statement, enrollments_statement, "ANALYZE users, enrollments"):
            db.session.execute(sa.text(statement))

    yield add
    db.session.rollback()


@pytest.fixture
def explain(app):
    """Explain the queries of a function: `explain(call)` returns PostgreSQL's plans as one text.

    A sequential scan is planned only where no index serves: statistics taken while another test's few rows were there
    would otherwise decide.
    """

    def explain(call):
        statements = []

        def record(connection, cursor, statement, parameters, context, executemany):
            statements.append((statement, parameters))

        with sql_heard_by(record):
            call()
        connection = db.session.connection()
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all())
            for statement, parameters in statements
            if statement.startswith(("SELECT", "DELETE"))
        ]
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
        return "\n".join(plans)

    return explain
