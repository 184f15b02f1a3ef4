"""Queries of grades use indexes, however many grades there are."""

import pytest
import sqlalchemy as sa

from learnstream.services.grades import columns, history, learners, moving, overrides, records
from learnstream.services.grades.learners import LearnerFilter
from learnstream.stores.keyset import Part
from learnstream.stores.sql import db


@pytest.fixture
def many(other_seats):
    """Add, until the transaction ends, grades of other learners in other courses, with a history."""
    other_seats()
    grades = """
        INSERT INTO grades (user_id, course_id, lesson_id, kind, late_seconds, awaiting, excused, revision, updated_at)
        SELECT id, lpad(to_hex(id % 30), 24, '0'), lpad(to_hex(lesson), 24, '0'), 'quiz', 0, false, false, 1, now()
        FROM users, generate_series(1, 5) AS lesson WHERE email LIKE '%@elsewhere.example'"""
    entries = """
        INSERT INTO grade_changes (grade_id, revision, at, cause, shown)
        SELECT id, 1, now(), 'result', true FROM grades"""
    for statement in (grades, entries, "ANALYZE grades, grade_changes"):
        db.session.execute(sa.text(statement))


def test_readings_use_indexes(many, explain, learner, course, quiz):
    def call():
        records.of_learners(course.id, [learner.id, 1])
        records.of_learner(learner.id, [course.id])
        overrides.release(quiz.id)

    assert "Seq Scan" not in explain(call)


def test_a_gradebook_uses_indexes(many, explain, learner, course, quiz):
    def call():
        learners.browse(LearnerFilter(course.id), part=Part())
        columns.of(course.id)

    assert "Seq Scan" not in explain(call)


def test_a_history_uses_indexes(many, explain, learner, course, quiz):
    other = db.session.execute(sa.text("SELECT user_id, course_id, lesson_id FROM grades LIMIT 1")).mappings().one()

    plans = explain(lambda: history.to_staff(**other, part=Part()))

    assert "grade_changes" in plans
    assert "Seq Scan on grade" not in plans


def test_moving_uses_indexes(take, plans):
    take(2)

    with plans:
        moving.move()

    assert plans.scans == []
    assert plans.examined("attempts") <= 3
