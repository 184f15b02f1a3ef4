"""Moves live seats to a later version of their course. Progress is kept by lesson id."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bson import ObjectId
from sqlalchemy import ColumnElement, and_, func, select, true, update

from learnstream.clock import now
from learnstream.documents import Course, Video, VideoStatus
from learnstream.errors.authoring import NeverPublished, VersionIncomplete
from learnstream.models import Enrollment, EventType
from learnstream.policies import entitlements
from learnstream.services.authoring import courses, versions
from learnstream.services.foundation import audit, events, locks
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import after_commit, db

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moved:
    """The users whose seats were moved, and how many seats from each version."""

    user_ids: Sequence[int]
    versions: dict[int, int]


@dataclass(frozen=True, slots=True)
class Migration:
    """How many learners were moved to a version, and which of the requested learners were not."""

    course_id: str
    version: int
    moved: int
    not_enrolled: list[int]
    already_there: list[int]


def migrate(
    *, course_id: str, moved_by: int, to_version: int | None = None, user_ids: Collection[int] | None = None
) -> Migration:
    """Move learners on an earlier version, either these or all, to this version or the current one.

    Seats only move forward, so that a repeated call moves none.

    Raises:
        NotFound: there is no such course or version.
        Conflict: `never_published`, or `version_incomplete`, its videos were deleted.
    """
    locks.lock_course(course_id)
    number = _target(course_id, to_version)
    moved = move(course_id, number, user_ids)
    if moved.user_ids:
        details = {"version": number, "seats": len(moved.user_ids), "from": moved.versions}
        named = {"user_ids": sorted(moved.user_ids)} if user_ids is not None else {}
        audit.record(
            "course.learners_moved", actor_id=moved_by, target_kind="course", target_id=course_id, **details, **named
        )
    return Migration(course_id, number, len(moved.user_ids), *_not_moved(course_id, user_ids or (), moved))


def move(course_id: str, number: int, user_ids: Collection[int] | None = None) -> Moved:
    """Move live seats from earlier versions to this one. The caller must have locked the course."""
    counts = behind(course_id, number, user_ids)
    # Rows are always locked in the same order, which prevents deadlocks.
    locked = select(Enrollment.id).where(_is_behind(course_id, number, user_ids)).order_by(Enrollment.id)
    moved = db.session.scalars(
        update(Enrollment)
        .where(Enrollment.id.in_(locked.with_for_update()))
        .values(course_version=number)
        .returning(Enrollment.user_id)
    ).all()
    entitlements.seats_changed((user_id, course_id) for user_id in moved)
    if moved:
        events.record_change(
            EventType.COURSE_LEARNERS_MOVED,
            course_id,
            course_id=course_id,
            version=number,
            from_versions=list(counts),
            learners=len(moved),
        )
    return Moved(moved, counts)


def behind(course_id: str, number: int, user_ids: Collection[int] | None = None) -> dict[int, int]:
    """Return the number of live seats on each earlier version."""
    counted = select(Enrollment.course_version, func.count().label("seats")).where(
        _is_behind(course_id, number, user_ids)
    )
    rows = db.session.execute(counted.group_by(Enrollment.course_version).order_by(Enrollment.course_version))
    return {row.course_version: row.seats for row in rows}


def _is_behind(course_id: str, number: int, user_ids: Collection[int] | None) -> ColumnElement[bool]:
    wanted = Enrollment.user_id.in_(user_ids) if user_ids is not None else true()
    return and_(
        Enrollment.course_id == course_id, Enrollment.course_version < number, Enrollment.is_live(now()), wanted
    )


def finish(course_id: str, number: int) -> None:
    """Move all live seats to a newly published version, and clear `seats_due` of the course after the commit."""
    move(course_id, number)
    after_commit(lambda: _clear_due(course_id, number))


def _clear_due(course_id: str, number: int) -> None:
    due = {"_id": ObjectId(course_id), "seats_due": number}
    try:
        Course.collection().update_one(due, {"$unset": {"seats_due": ""}})
    except STORE_FAILURES as error:
        # The seats have moved; the next repair finds none left to move and clears `seats_due`.
        log.warning("seats_due of course %s not cleared: %s", course_id, type(error).__name__)


def _target(course_id: str, to_version: int | None) -> int:
    current: int = courses.draft(course_id)["current_version"]
    if not current:
        raise NeverPublished()
    if to_version is None or to_version == current:
        return current
    _require_videos(versions.find(course_id, to_version)["video_ids"])
    return to_version


def _require_videos(video_ids: list[ObjectId]) -> None:
    """Check that no video of a version is deleted. Purging a video checks its use again once the course is unlocked."""
    gone = {"$or": [{"status": VideoStatus.DELETED.value}, {"purging": True}]}
    if Video.collection().find_one({"_id": {"$in": video_ids}, **gone}, {"_id": 1}):
        raise VersionIncomplete()


def _not_moved(course_id: str, user_ids: Collection[int], moved: Moved) -> tuple[list[int], list[int]]:
    """Return the requested users who were not moved: without a live seat, and already on this or a later version."""
    rest = set(user_ids) - set(moved.user_ids)
    live = and_(Enrollment.course_id == course_id, Enrollment.is_live(now()), Enrollment.user_id.in_(rest))
    there = set(db.session.scalars(select(Enrollment.user_id).where(live)).all()) if rest else set()
    return sorted(rest - there), sorted(there)
