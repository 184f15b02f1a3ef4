"""Telling the learners of a large course of an event, in one worker."""

import argparse
import time
from collections.abc import Callable
from typing import Any

from bench import report
from bench.report import Table
from bench.students import Student
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.documents import LessonKind, Notification
from learnstream.models import Event, EventType
from learnstream.services.authoring import courses, lessons, publishing
from learnstream.services.foundation import events, following
from learnstream.services.foundation.followers import FeedEvent, registered
from learnstream.stores.sql import db

LEARNERS, TARGET = 10_000, 20  # seconds
FOLLOWER = "general-notices"


def measure(testbed: Testbed, _: argparse.Namespace) -> list[Table]:
    """Time how long a worker takes to tell 10,000 learners of a new version, and to find that they have been told."""
    course_id = _create_course(testbed)
    following.follow_all()
    publishing.publish(course_id=course_id, published_by=testbed.dataset.instructor)
    db.session.commit()
    events.publish()
    with step(f"telling {LEARNERS:,} learners"):
        first = _seconds(lambda: following.follow(FOLLOWER))
    told = Notification.collection().count_documents({})
    again = _seconds(_replay)
    if (told, Notification.collection().count_documents({})) != (LEARNERS, LEARNERS):
        raise AssertionError(f"{told:,} of {LEARNERS:,} learners were told, or some of them twice.")
    return [_table(first, again)]


def _create_course(testbed: Testbed) -> str:
    """Publish a course, and enroll the learners."""
    by = testbed.dataset.instructor
    course_id = str(courses.create(created_by=by, title="Astronomy for everybody")["_id"])
    lessons.create(course_id=course_id, created_by=by, title="Welcome", kind=LessonKind.TEXT, body="Welcome!")
    publishing.publish(course_id=course_id, published_by=by)
    with step(f"enrolling {LEARNERS:,} learners"):
        ids = testbed.dataset.add_users(LEARNERS)
        testbed.dataset.enroll([Student(each, "", "", ()) for each in ids], course_id)
    return course_id


def _replay() -> None:
    latest = db.select(Event).where(Event.type == EventType.COURSE_PUBLISHED).order_by(Event.position.desc()).limit(1)
    registered[FOLLOWER].handle([FeedEvent.of(db.session.scalars(latest).one())])
    db.session.commit()


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _table(first: float, again: float) -> Table:
    verdict = report.verdict(first <= TARGET)
    return Table(
        title=f"Telling {LEARNERS:,} learners",
        columns=("of a new version, in one worker", "seconds", "target", ""),
        rows=[
            ("all", f"{first:.1f}", f"at most {TARGET}", verdict),
            ("again, after a crash at the end", f"{again:.1f}", "", ""),
        ],
        note="A notice each, in batches of 500, and the number of unread ones counted anew for each.",
        data=[{"learners": LEARNERS, "seconds": first, "again": again}],
    )
