"""Instructors: the users who may change a course."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from learnstream.documents import Course
from learnstream.documents.course import CourseDraft, Instructor
from learnstream.errors import Unprocessable
from learnstream.models import Role, User
from learnstream.services.accounts.profiles import PHOTO_CHANGED
from learnstream.services.authoring import courses
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db

# MongoDB may be down for a while; until then, the catalogue shows the former photo.
GIVE_UP_AFTER = timedelta(days=2)


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
    instructors = require_authors(new_ids, field="instructor_ids")
    course = courses.draft(course_id, expect=expect)
    shown = {"published.instructors": instructors} if course["current_version"] else {}
    details = {"before": course["instructor_ids"], "after": new_ids}
    action = AuditedAction("course.instructors_changed", actor_id=changed_by, details=details)
    return courses.change(course, {"$set": {"instructor_ids": new_ids, **shown}}, action=action)


def require_authors(user_ids: list[int], *, field: str) -> list[Instructor]:
    """Return users as courses show them.

    Raises:
        Unprocessable: not all of them are active instructors or administrators; it names the field of the request.
    """
    active = User.is_active & User.role.in_([Role.INSTRUCTOR, Role.ADMIN])
    found = _people(user_ids, active)
    if missing := [user_id for user_id in user_ids if user_id not in found]:
        message = f"Not active instructors or administrators: {', '.join(map(str, missing))}."
        raise Unprocessable(errors={"json": {field: [message]}})
    return [found[user_id] for user_id in user_ids]


def people(user_ids: Collection[int]) -> list[Instructor]:
    """Return users as courses show them, in the given order, without users that no longer exist."""
    found = _people(user_ids)
    return [found[user_id] for user_id in user_ids if user_id in found]


def _people(user_ids: Collection[int], *conditions: ColumnElement[bool]) -> dict[int, Instructor]:
    """Return users by id. Their photos cannot change before the transaction ends: then `show_photo` sees the course."""
    # In the order of ids, so that two transactions cannot wait for each other.
    query = select(User.id, User.name, User.photo_id).where(User.id.in_(user_ids), *conditions).order_by(User.id)
    rows = db.session.execute(query.with_for_update(read=True, of=User))
    return {row.id: {"id": row.id, "name": row.name, "photo_id": row.photo_id} for row in rows}


@outbox.handles(PHOTO_CHANGED, give_up_after=GIVE_UP_AFTER)
def show_photo(payload: dict[str, Any]) -> None:
    """Show a user's present photo in the catalogue, wherever they are an instructor."""
    user_id = payload["user_id"]
    # Locked until the catalogue is written: two workers could write two photos in the wrong order.
    person = people([user_id])
    shown = {"instructor_ids": user_id, "published.instructors.id": user_id}
    photo_id = person[0]["photo_id"] if person else None
    change = {"$set": {"published.instructors.$[person].photo_id": photo_id}}
    Course.collection().update_many(shown, change, array_filters=[{"person.id": user_id}])
    for course_id in Course.collection().distinct("_id", shown):
        courses.invalidate(str(course_id))
