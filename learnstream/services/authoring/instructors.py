"""Instructors: the users who may change a course."""

from collections.abc import Collection

from sqlalchemy import select

from learnstream.documents.course import CourseDraft, Instructor
from learnstream.errors import Unprocessable
from learnstream.models import Role, User
from learnstream.services.authoring import courses
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.stores.sql import db


def replace(
    *, course_id: str, instructor_ids: Collection[int], changed_by: int, expect: Collection[int] | None = None
) -> CourseDraft:
    """Replace a course's instructors.

    Raises:
        NotFound: there is no such course.
        Unprocessable: not all of them are active instructors or administrators.
        EditConflict: the draft has changed in the meantime.
    """
    new_ids = list(dict.fromkeys(instructor_ids))
    instructors = _require_authors(new_ids)
    course = courses.draft(course_id, expect=expect)
    shown = {"published.instructors": instructors} if course["current_version"] else {}
    details = {"before": course["instructor_ids"], "after": new_ids}
    action = AuditedAction("course.instructors_changed", actor_id=changed_by, details=details)
    return courses.change(course, {"$set": {"instructor_ids": new_ids, **shown}}, action=action)


def _require_authors(user_ids: list[int]) -> list[Instructor]:
    active = User.is_active & User.role.in_([Role.INSTRUCTOR, Role.ADMIN])
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids), active))
    names = {row.id: row.name for row in rows}
    if missing := [user_id for user_id in user_ids if user_id not in names]:
        message = f"Not active instructors or administrators: {', '.join(map(str, missing))}."
        raise Unprocessable(errors={"json": {"instructor_ids": [message]}})
    return [{"id": user_id, "name": names[user_id]} for user_id in user_ids]


def people(user_ids: Collection[int]) -> list[Instructor]:
    """Return users' ids and names in the given order, without users that no longer exist."""
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    names = {row.id: row.name for row in rows}
    return [{"id": user_id, "name": names[user_id]} for user_id in user_ids if user_id in names]
