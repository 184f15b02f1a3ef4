"""The progress of a class in its courses, as its staff read it, in a school that grows."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from statistics import median
from typing import Any

from bson import ObjectId
from mongoengine import get_connection
from sqlalchemy import text

from bench import report
from bench.class_groups import make_group, time_get
from bench.copies import BATCH
from bench.report import Table
from bench.students import PublishedCourse
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.clock import now
from learnstream.documents import CourseProgress
from learnstream.stores.sql import db

CLASS, COURSES = 500, 10
CLASSES = 100
PROGRESS_TARGET, GROWTH_TARGET = 150, 1.3  # milliseconds, and their growth
SAMPLES = 20
DAYS = 30  # over which the learners were last active
PAGE = 100


def measure(testbed: Testbed) -> Table:
    """Time the progress of a class before and after the school has grown. No worker may run: it would give seats."""
    courses = testbed.dataset.courses[:COURSES]
    group_id = _add_classes(testbed, courses, 1)
    before = _times(testbed, group_id)
    with step(f"growing to {CLASSES} classes of {CLASS}"):
        _add_classes(testbed, courses, CLASSES - 1)
    testbed.restart()
    after = _times(testbed, group_id)
    return _table(before, after)


def _table(before: dict[str, float], after: dict[str, float]) -> Table:
    rows, data = [], []
    for name, small in before.items():
        ratio, large = after[name] / small, after[name]
        is_met = large <= PROGRESS_TARGET and ratio <= GROWTH_TARGET
        rows.append((name, f"{small:.0f}", f"{large:.0f}", f"{ratio:.2f}", report.verdict(is_met)))
        data.append({"request": name, "small": small, "large": large})
    return Table(
        title="The progress of a class",
        columns=("", "ms", f"with {CLASSES} classes, ms", "ratio", ""),
        rows=rows,
        note=f"{CLASS} learners in {COURSES} courses; medians of {SAMPLES}. Targets: {PROGRESS_TARGET} ms, a ratio of "
        f"{GROWTH_TARGET}.",
        data=data,
    )


def _times(testbed: Testbed, group_id: int) -> dict[str, float]:
    pages = range(1, CLASS // PAGE + 1)
    paths = {
        f"GET /groups/{{id}}/progress, all {len(pages)} pages": [
            f"progress?page={page}&page_size={PAGE}" for page in pages
        ],
        "GET /groups/{id}/progress.csv": ["progress.csv"],
    }
    return {name: _time(testbed, [f"/groups/{group_id}/{path}" for path in parts]) for name, parts in paths.items()}


def _time(testbed: Testbed, paths: Sequence[str]) -> float:
    """Return the median time of all these requests together, in milliseconds, once they are warm."""
    token = testbed.dataset.instructor_token
    times = [sum(time_get(testbed, path, token) for path in paths) for _ in range(SAMPLES + 2)]
    return median(times[2:])


def _add_classes(testbed: Testbed, courses: Sequence[PublishedCourse], number: int) -> int:
    """Create classes with the records of their courses, without their seats. Return the id of the last one's group."""
    for _ in range(number):
        members = testbed.dataset.add_users(CLASS)
        records = _records(members, courses)
        while batch := list(islice(records, BATCH)):
            CourseProgress.collection().insert_many(batch, ordered=False)
        group_id = make_group(testbed, members, courses)
    _settle()
    return group_id


def _settle() -> None:
    """Do at once what the stores would do while requests are timed: statistics and checkpoints."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE users, groups, group_members, group_courses"))
    get_connection().admin.command("fsync")


def _records(members: Sequence[int], courses: Sequence[PublishedCourse]) -> Iterator[dict[str, Any]]:
    patterns = [(ObjectId(course.id), _figures(course)) for course in courses]
    for user_id in members:
        for course_id, figures in patterns:
            ids = {"_id": f"{user_id}:{course_id}", "user_id": user_id, "course_id": course_id}
            yield ids | figures[user_id % DAYS]


def _figures(course: PublishedCourse) -> list[dict[str, Any]]:
    """Return for each day what a learner who was last active on it has in a course."""
    return [_figures_at(course, now() - timedelta(days=days)) for days in range(DAYS)]


def _figures_at(course: PublishedCourse, at: Any) -> dict[str, Any]:
    lesson = {"r": 1, "s": 300, "d": {f"{at:%Y-%m-%d}": 300}, "b": at, "a": at}
    lessons = dict.fromkeys(course.lessons[:3], lesson)
    return {"lessons": lessons, "fraction": 0.15, "watch_seconds": 900, "last_active_at": at, "revision": 1}
