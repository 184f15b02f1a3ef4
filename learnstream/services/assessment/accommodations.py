"""The extra time and attempts that learners and groups are granted in single quizzes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState, LessonKind
from learnstream.errors import Unprocessable
from learnstream.errors.accommodations import NoSuchAccommodation
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.errors.quiz_lessons import NotAQuizLesson
from learnstream.models import Enrollment, User
from learnstream.models.accommodation import QuizAccommodation
from learnstream.models.group import Group
from learnstream.services.assessment import clock
from learnstream.services.authoring import lessons
from learnstream.services.enrollment import accommodated, group_staff, groups
from learnstream.services.foundation import audit, outbox
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import db

NEWEST = Columns((QuizAccommodation.id,), descending=True)
NAME = func.coalesce(User.name, Group.name)
TARGET = ("course_id", "lesson_id", "user_id", "group_id")
GRANTED = ("extra_seconds", "extra_attempts", "closes_at", "reason")
SHOWN = ("id", "user_id", "group_id", *GRANTED, "granted_by", "updated_at")


def browse(lesson_id: str, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the accommodations in a quiz, newest first."""
    found = tuples_of(_named(QuizAccommodation.lesson_id == lesson_id), NEWEST, part)
    return found.showing([_shown(*row) for row in found.entries])


def grant(
    lesson_id: str,
    *,
    by: int,
    reason: str,
    user_id: int | None = None,
    group_id: int | None = None,
    extra_seconds: int = 0,
    extra_attempts: int = 0,
    closes_at: datetime | None = None,
) -> dict[str, Any]:
    """Grant a learner or each member of a group more in a quiz, in place of what they were granted before.

    Raises:
        NoSuchLesson: there is no such lesson.
        NotAQuizLesson: it is not a quiz, or not in a course.
        Unprocessable: the learner was never enrolled in the course, or the group is not given it.
    """
    course_id = _course_of(lesson_id)
    concerned = _learner(user_id, course_id) if group_id is None else _members(group_id, course_id)
    target = {"user_id": user_id, "group_id": group_id, "course_id": course_id, "lesson_id": lesson_id}
    granted = {
        "extra_seconds": extra_seconds,
        "extra_attempts": extra_attempts,
        "closes_at": closes_at,
        "reason": reason,
    }
    accommodation_id = _upsert(target, granted | {"granted_by": by, "updated_at": now()})
    _record("quiz.accommodated", target | granted, by=by, closes_at=closes_at.isoformat() if closes_at else None)
    accommodated.changed(concerned, course_id, lesson_id)
    return _find(lesson_id, accommodation_id)


def remove(lesson_id: str, accommodation_id: int, *, by: int, reason: str) -> None:
    """Remove an accommodation.

    Raises:
        NoSuchAccommodation: it does not exist.
    """
    wanted = (QuizAccommodation.id == accommodation_id, QuizAccommodation.lesson_id == lesson_id)
    found = db.session.scalar(select(QuizAccommodation).where(*wanted).with_for_update())
    if found is None:
        raise NoSuchAccommodation()
    concerned = [found.user_id] if found.user_id else accommodated.members(found.group_id or 0)
    db.session.delete(found)
    _record("quiz.accommodation_removed", {name: getattr(found, name) for name in TARGET}, by=by, reason=reason)
    accommodated.changed(concerned, found.course_id, lesson_id)


@outbox.handles(accommodated.TOPIC)
def apply(payload: dict[str, Any]) -> None:
    """Have attempts in progress end when they should with the accommodations that their learners have now."""
    running: Expression = {"user_id": {"$in": payload["user_ids"]}, "state": AttemptState.IN_PROGRESS.value}
    if payload["lesson_ids"] is not None:
        running["lesson_id"] = {"$in": [*map(ObjectId, payload["lesson_ids"])]}
    for attempt in Attempt.collection().find(running, {"_id": 1}):
        clock.recompute(str(attempt["_id"]))


def _course_of(lesson_id: str) -> str:
    lesson = lessons.draft(lesson_id)
    if lesson["kind"] != LessonKind.QUIZ or lesson["course_id"] is None:
        raise NotAQuizLesson()
    return str(lesson["course_id"])


def _learner(user_id: int | None, course_id: str) -> Sequence[int]:
    seat = exists().where(Enrollment.user_id == user_id, Enrollment.course_id == course_id)
    if user_id is None or not db.session.scalar(select(seat)):
        raise Unprocessable(errors={"json": {"user_id": ["The user has never been enrolled in the course."]}})
    return [user_id]


def _members(group_id: int, course_id: str) -> Sequence[int]:
    if not _lock(group_id) or not group_staff.has_course(group_id, course_id):
        raise Unprocessable(errors={"json": {"group_id": ["The group is not given the course."]}})
    return accommodated.members(group_id)


def _lock(group_id: int) -> bool:
    """Let whoever joins or leaves a group at the same time wait, and then see what was granted; False: no such group."""
    try:
        groups.lock(group_id)
    except NoSuchGroup:
        return False
    return True


def _upsert(target: dict[str, Any], values: dict[str, Any]) -> int:
    whose = "user_id" if target["user_id"] else "group_id"
    upsert = insert(QuizAccommodation).values(**target, **values, created_at=now())
    upsert = upsert.on_conflict_do_update(index_elements=[whose, "course_id", "lesson_id"], set_=values)
    return db.session.scalars(upsert.returning(QuizAccommodation.id)).one()


def _named(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(QuizAccommodation, NAME)
        .outerjoin(User, User.id == QuizAccommodation.user_id)
        .outerjoin(Group, Group.id == QuizAccommodation.group_id)
        .where(*conditions)
    )


def _find(lesson_id: str, accommodation_id: int) -> dict[str, Any]:
    wanted = (QuizAccommodation.id == accommodation_id, QuizAccommodation.lesson_id == lesson_id)
    query = _named(*wanted).execution_options(populate_existing=True)
    return _shown(*db.session.execute(query).one())


def _shown(found: QuizAccommodation, name: str) -> dict[str, Any]:
    return {column: getattr(found, column) for column in SHOWN} | {"name": name}


def _record(action: str, target: dict[str, Any], *, by: int, **details: Any) -> None:
    audit.record(action, actor_id=by, target_kind="lesson", target_id=target["lesson_id"], **target | details)
    db.session.flush()
