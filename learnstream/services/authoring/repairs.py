"""Completion of operations that a crash interrupted: each is marked in its course, and completing it is idempotent."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus, Lesson
from learnstream.documents.course import PendingEntry
from learnstream.documents.projection import Projection
from learnstream.services.authoring import course_log, courses, lessons, removal, restoring, searchable, seat_migration
from learnstream.services.foundation import locks
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

# An operation that started more recently is probably still running.
GRACE = timedelta(minutes=1)
NONE = timedelta()


class Unrecorded(TypedDict):
    acts_due: list[PendingEntry]


UNRECORDED = Projection(Course, Unrecorded)


def repair(*, grace: timedelta = GRACE) -> int:
    """Complete interrupted publications, restorations and deletions; return how many there were."""
    before = {"updated_at": {"$lte": now() - grace}}
    return (
        searchable.add_missing()
        + _remove_lessons(before)
        + sum(
            _finish_each(finish, query | before)
            for finish, query in (
                # First, because purging a course deletes its pending entries.
                (_record, {"acts_due.key": {"$gt": ""}}),
                (_move_seats, {"seats_due": {"$gt": 0}}),
                (_restore, {"restoring.version": {"$gt": 0}}),
                (removal.purge, {"status": CourseStatus.DELETED.value}),
            )
        )
    )


def _finish_each(finish: Callable[[str], None], query: Expression) -> int:
    finished = 0
    for course in Course.collection().find(query, {"_id": 1}).limit(100):
        try:
            finish(str(course["_id"]))
            db.session.commit()
            finished += 1
        except Exception:  # one course that cannot be repaired must not block the others
            db.session.rollback()
            log.exception("course %s could not be repaired", course["_id"])
    return finished


def _record(course_id: str) -> None:
    course = UNRECORDED.find_one({"_id": ObjectId(course_id)})
    course_log.record(course_id, course["acts_due"] if course else [])


def _move_seats(course_id: str) -> None:
    locks.lock_course(course_id)
    if number := courses.draft(course_id).get("seats_due"):
        seat_migration.finish(course_id, number)


def _restore(course_id: str) -> None:
    locks.lock_course(course_id)
    restoring.finish(courses.draft(course_id))


def _remove_lessons(before: Expression) -> int:
    leaving = list(Lesson.collection().find({"leaving": True} | before, {"course_id": 1}).limit(100))
    for lesson in leaving:
        lessons.remove_from_outline(str(lesson["course_id"]), lesson["_id"])
    return len(leaving)
