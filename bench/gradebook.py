"""The gradebook of a class, as its staff read and export it, in a school that grows."""

from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import Any

from bson import ObjectId
from sqlalchemy import insert, text

from bench import report
from bench.class_groups import time_get
from bench.copies import BATCH
from bench.report import Table
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.models import Grade, GradeKind
from learnstream.schemas.authoring.assignment import AssignmentInputSchema
from learnstream.schemas.authoring.grading import GradingSchema
from learnstream.services.authoring import assignment_drafts, courses, grading_drafts, lessons, publishing
from learnstream.stores.sql import db

CLASS, LESSONS = 500, 40
GROWTH = 100
TARGET, GROWTH_TARGET = 300, 1.3  # milliseconds, and their growth
MAX_MEGABYTES = 5  # of a worker while it exports, more than after a first export
SAMPLES, EXPORTS = 11, 20
COPY = text(
    """
    INSERT INTO grades (user_id, course_id, lesson_id, kind, points, max_points, raw_points, late_seconds, penalty,
        released_points, released_max_points, released_at, awaiting, submitted_at, excused, revision, updated_at)
    SELECT user_id, left(md5(course_id || :number), 24), left(md5(lesson_id || :number), 24), kind, points, max_points,
        raw_points, late_seconds, penalty, released_points, released_max_points, released_at, awaiting, submitted_at,
        excused, revision, updated_at
    FROM grades WHERE course_id = :course_id
    """
)


def measure(testbed: Testbed) -> Table:
    """Time the gradebook before and after a hundred times the grades were added, and its memory."""
    course_id = _create_course(testbed)
    _add_grades(testbed, course_id)
    before = _times(testbed, course_id)
    with step(f"growing to {CLASS * LESSONS * GROWTH:,} grades"):
        _grow(course_id)
    testbed.restart()
    after = _times(testbed, course_id)
    return _table(before, after, _export_memory(testbed, course_id))


def _create_course(testbed: Testbed) -> str:
    """Publish a course of forty assignments in four categories, each of which drops its lowest result."""
    by = testbed.dataset.instructor
    course_id = str(courses.create(created_by=by, title="A year of homework")["_id"])
    places = {}
    for number in range(LESSONS):
        lesson = lessons.create(
            course_id=course_id, created_by=by, title=f"Homework {number}", kind=LessonKind.ASSIGNMENT
        )
        assignment_drafts.save(str(lesson["_id"]), AssignmentInputSchema().load({"points": 10}))
        places[str(lesson["_id"])] = {"category_id": str(number % 4)}
    categories = [{"id": str(each), "title": f"Part {each}", "weight": each + 1, "drop_lowest": 1} for each in range(4)]
    grading_drafts.save(course_id, GradingSchema().load({"categories": categories, "lessons": places}))
    publishing.publish(course_id=course_id, published_by=by)
    testbed.dataset.enroll(testbed.dataset.students[:CLASS], course_id)
    return course_id


def _add_grades(testbed: Testbed, course_id: str) -> None:
    rows = _grades(testbed, course_id)
    while batch := list(islice(rows, BATCH)):
        db.session.execute(insert(Grade), batch)
    db.session.commit()
    _settle()


def _grades(testbed: Testbed, course_id: str) -> Iterator[dict[str, Any]]:
    lesson_ids = [str(each) for module in courses.draft(course_id)["modules"] for each in module["lesson_ids"]]
    moment = now()
    for student in testbed.dataset.students[:CLASS]:
        for number, lesson_id in enumerate(lesson_ids):
            points = (student.id * 7 + number * 3) % 21 / 2
            yield {
                "user_id": student.id,
                "course_id": course_id,
                "lesson_id": lesson_id,
                "kind": GradeKind.ASSIGNMENT,
                **dict.fromkeys(("points", "raw_points", "released_points"), points),
                **dict.fromkeys(("max_points", "released_max_points"), 10),
                **dict.fromkeys(("submitted_at", "released_at"), moment),
                "source_id": str(ObjectId()),
                "source_revision": 2,
                "revision": 1,
            }


def _grow(course_id: str) -> None:
    for number in range(1, GROWTH):
        db.session.execute(COPY, {"course_id": course_id, "number": str(number)})
        db.session.commit()
    _settle()


def _settle() -> None:
    """Do at once what PostgreSQL would do while requests are timed."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE grades, enrollments, users"))


def _times(testbed: Testbed, course_id: str) -> dict[str, float]:
    """Return the median times of requests in milliseconds, once they are warm."""
    path, student = f"/courses/{course_id}", testbed.dataset.students[0]
    requests = {
        f"GET /courses/{{id}}/grades, {CLASS} learners": (
            f"{path}/grades?limit={CLASS}",
            testbed.dataset.instructor_token,
        ),
        "GET /courses/{id}/grades.csv": (f"{path}/grades.csv", testbed.dataset.instructor_token),
        "GET /courses/{id}/grades/me": (f"{path}/grades/me", student.token),
        "GET /users/me/grades": ("/users/me/grades", student.token),
    }
    return {
        name: median([time_get(testbed, *wanted) for _ in range(SAMPLES + 4)][4:]) for name, wanted in requests.items()
    }


def _export_memory(testbed: Testbed, course_id: str) -> float:
    """Return by how many megabytes exports let the largest web worker grow, once it has made some."""
    path = f"/courses/{course_id}/grades.csv"
    for _ in range(EXPORTS):
        time_get(testbed, path, testbed.dataset.instructor_token)
    settled = max(testbed.application.peak_memory().values())
    for _ in range(EXPORTS):
        time_get(testbed, path, testbed.dataset.instructor_token)
    return max(testbed.application.peak_memory().values()) - settled


def _table(before: dict[str, float], after: dict[str, float], memory: float) -> Table:
    rows, data = [], []
    for name, small in before.items():
        ratio, large = after[name] / small, after[name]
        is_met = large <= TARGET and ratio <= GROWTH_TARGET
        rows.append((name, f"{small:.0f}", f"{large:.0f}", f"{ratio:.2f}", report.verdict(is_met)))
        data.append({"request": name, "small": small, "large": large})
    rows.append(("growth of a worker by exports, MB", "", f"{memory:.1f}", "", report.verdict(memory <= MAX_MEGABYTES)))
    return Table(
        title="The gradebook of a class",
        columns=("", "ms", f"with {GROWTH} times the grades, ms", "ratio", ""),
        rows=rows,
        note=f"{CLASS} learners with {LESSONS} graded lessons; medians of {SAMPLES}. Targets: {TARGET} ms, a ratio of "
        f"{GROWTH_TARGET}, and {MAX_MEGABYTES} MB.",
        data=data,
    )
