"""Releasing a thousand grades at once, until everything that follows is done; and again among a hundred times the grades."""

import time
from decimal import Decimal
from typing import Any

from bson import Decimal128, ObjectId

from bench import report
from bench.copies import add_copies
from bench.report import Table
from bench.submissions import Homework
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.clock import now
from learnstream.documents import Lesson, Submission, SubmissionState
from learnstream.services.analytics import pending_events
from learnstream.services.grades import moving
from learnstream.services.homework import following, marking, releasing
from learnstream.services.homework.marking import Given
from learnstream.stores.sql import db

GRADES, TARGET = 1000, 20  # seconds
SCALE, SCALE_TARGET = 100, 1.3


def measure(testbed: Testbed) -> Table:
    """Release grades, and have one worker do what follows."""
    if (missing := GRADES - len(testbed.dataset.students)) > 0:
        testbed.dataset.add_students(missing)
    first = _release(testbed)
    with step(f"growing to {SCALE * GRADES:,} submissions"):
        add_copies(Submission, SCALE * GRADES, pending_events=[], completion_due=False)
    second = _release(testbed)
    ratio = sum(second) / sum(first)
    rows = [
        ("release", f"{first[0]:.2f}", f"{second[0]:.2f}", "", ""),
        (
            "with all that follows",
            f"{sum(first):.1f}",
            f"{sum(second):.1f}",
            f"at most {TARGET} s, {SCALE_TARGET} times",
            report.verdict(sum(second) <= TARGET and ratio <= SCALE_TARGET),
        ),
    ]
    return Table(
        title="Releasing a thousand grades",
        columns=("seconds", "alone", f"among {SCALE * GRADES:,}", "target", ""),
        rows=rows,
        note=f"{GRADES:,} held grades of one lesson. What follows are events, completed lessons and grades of record, by one "
        "worker, which begins up to ten seconds later.",
        data=[{"released": GRADES, "seconds": sum(second), "ratio": ratio}],
    )


def _release(testbed: Testbed) -> tuple[float, float]:
    """Return the seconds that a release takes, and those of what follows."""
    with step(f"grading {GRADES:,} submissions"):
        homework = Homework(testbed.dataset, testbed.dataset.students[:GRADES], release="held")
        _grade(homework)
        _follow()
    started = time.perf_counter()
    assert releasing.release(homework.lesson_id, by=testbed.dataset.instructor) == GRADES
    db.session.commit()
    released = time.perf_counter()
    _follow()
    return released - started, time.perf_counter() - released


def _grade(homework: Homework) -> None:
    lesson = Lesson.collection().find_one({"_id": ObjectId(homework.lesson_id)}) or {}
    Submission.collection().insert_many([_submission(student.id, lesson) for student in homework.students])
    for each in Submission.collection().find({"lesson_id": lesson["_id"]}, {"_id": 1}):
        marking.mark(str(each["_id"]), Given(by=1, points=Decimal("7.5"), comment="Well observed."))


def _submission(user_id: int, lesson: dict[str, Any]) -> dict[str, Any]:
    moment = now()
    place = {name: lesson[name] for name in ("course_id", "assignment_id")}
    return {
        **place,
        "user_id": user_id,
        "lesson_id": lesson["_id"],
        "version": 1,
        "number": 1,
        "state": SubmissionState.SUBMITTED.value,
        "text": "The sun lights it.",
        "files": [],
        "saved_at": moment,
        "submitted_at": moment,
        "late_seconds": 0,
        "penalty": Decimal128("0"),
        "superseded": False,
        "history": [],
        "completion_due": True,
        "revision": 2,
    }


def _follow() -> None:
    following.follow_changes()
    while moving.move():
        pass
    pending_events.move()
