"""Helpers that set grading up, and store grades of record without attempts and submissions."""

from types import SimpleNamespace

from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.models.grade import Grade, GradeKind
from learnstream.schemas.authoring.grading import GradingSchema
from learnstream.services.authoring import grading_drafts
from learnstream.services.grades import records
from learnstream.stores.sql import db
from tests.factories import publish


def put_grading(course, *, published=True, **settings):
    """Set the grading settings of a course's draft, and publish them."""
    grading_drafts.save(course.id, GradingSchema().load(settings))
    if published:
        publish(course)


def give(learner, course, lesson, points, most=10, *, released=True, **columns):
    """Store a learner's grade in a lesson; points of None: it is handed in, and not marked."""
    seen = {"released_points": points, "released_max_points": most, "released_at": now()} if released else {}
    fields = {
        "points": points,
        "max_points": most,
        "raw_points": points,
        "submitted_at": now(),
        "awaiting": points is None,
        **(seen if points is not None else {}),
        **columns,
    }
    kind = GradeKind.QUIZ if lesson.kind is LessonKind.QUIZ else GradeKind.ASSIGNMENT
    row = Grade(user_id=learner.id, course_id=course.id, lesson_id=lesson.id, kind=kind, **fields)
    db.session.add(row)
    db.session.commit()
    return row


def override(points, most=10, *, released=True):
    """Return the columns of an override."""
    at = {"override_released_at": now()} if released else {}
    return {"override_points": points, "override_max_points": most, "override_at": now(), "override_by": 1, **at}


def excuse(*, released=True):
    """Return the columns of an excuse."""
    return {"excused": True, "override_at": now(), **({"override_released_at": now()} if released else {})}


def my_grades(client, course, learner, status=200):
    """Return a learner's grades in a course, as they see them."""
    response = client.get(f"/courses/{course.id}/grades/me", auth=learner)
    assert response.status_code == status, response.json
    return response.json


def grade_of(learner, lesson_id):
    """Return a learner's grade in a lesson as it is now: its columns, and what counts for whom; None for none."""
    row = db.session.execute(
        select(*Grade.__table__.columns).where(Grade.user_id == learner.id, Grade.lesson_id == lesson_id)
    ).one_or_none()
    if row is None:
        return None
    record = records.of_learners(row.course_id, [learner.id])[learner.id][lesson_id]
    counted = {name: getattr(record, name) for name in ("for_staff", "for_learner", "is_held")}
    return SimpleNamespace(**row._mapping, **counted)
