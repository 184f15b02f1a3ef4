"""What staff grants to single learners and to groups in one lesson: accommodations in quizzes, extensions of homework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from learnstream.clock import now
from learnstream.errors import NotFound, Unprocessable
from learnstream.errors.enrollment import NoSuchGroup
from learnstream.models import Enrollment, User
from learnstream.models.group import Group
from learnstream.services.enrollment import accommodated, group_staff, groups
from learnstream.services.enrollment.accommodated import Granted
from learnstream.services.foundation import audit
from learnstream.services.foundation.lists import tuples_of
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db

NAME = func.coalesce(User.name, Group.name)
TARGET = ("course_id", "lesson_id", "user_id", "group_id")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of grants: its table, the columns that say what is granted, and its actions in the audit log."""

    table: Granted
    columns: tuple[str, ...]
    granted: str
    removed: str
    missing: type[NotFound]

    @property
    def shown(self) -> tuple[str, ...]:
        return ("id", "user_id", "group_id", *self.columns, "reason", "granted_by", "updated_at")


def browse(kind: Kind, lesson_id: str, *, part: Part) -> Found[dict[str, Any]]:
    """Return a part of the grants in a lesson, newest first."""
    newest = Columns((kind.table.id,), descending=True)
    found = tuples_of(_named(kind, kind.table.lesson_id == lesson_id), newest, part)
    return found.showing([_shown(kind, *row) for row in found.entries])


def grant(
    kind: Kind,
    course_id: str,
    lesson_id: str,
    values: Mapping[str, Any],
    *,
    by: int,
    reason: str,
    user_id: int | None = None,
    group_id: int | None = None,
) -> dict[str, Any]:
    """Grant a learner or each member of a group something in a lesson, in place of what they were granted before.

    Raises:
        Unprocessable: the learner was never enrolled in the course, or the group is not given it.
    """
    concerned = _learner(user_id, course_id) if group_id is None else _members(group_id, course_id)
    target = {"user_id": user_id, "group_id": group_id, "course_id": course_id, "lesson_id": lesson_id}
    granted = {**values, "reason": reason}
    grant_id = _upsert(kind, target, granted | {"granted_by": by, "updated_at": now()})
    _record(kind.granted, target | granted, by=by)
    accommodated.changed(kind.table, concerned, course_id, lesson_id)
    return _find(kind, lesson_id, grant_id)


def remove(kind: Kind, lesson_id: str, grant_id: int, *, by: int, reason: str) -> None:
    """Remove a grant.

    Raises:
        NotFound: it does not exist.
    """
    wanted = (kind.table.id == grant_id, kind.table.lesson_id == lesson_id)
    found: Any = db.session.scalar(select(kind.table).where(*wanted).with_for_update())
    if found is None:
        raise kind.missing()
    concerned = [found.user_id] if found.user_id else accommodated.members(found.group_id or 0)
    db.session.delete(found)
    _record(kind.removed, {name: getattr(found, name) for name in TARGET} | {"reason": reason}, by=by)
    accommodated.changed(kind.table, concerned, found.course_id, lesson_id)


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
    """Lock a group, so that members who join or leave it see what was granted. Return False if there is no such group."""
    try:
        groups.lock(group_id)
    except NoSuchGroup:
        return False
    return True


def _upsert(kind: Kind, target: dict[str, Any], values: dict[str, Any]) -> int:
    whose = "user_id" if target["user_id"] else "group_id"
    upsert = insert(kind.table).values(**target, **values, created_at=now())
    upsert = upsert.on_conflict_do_update(index_elements=[whose, "course_id", "lesson_id"], set_=values)
    return db.session.scalars(upsert.returning(kind.table.id)).one()


def _named(kind: Kind, *conditions: ColumnElement[bool]) -> Any:
    return (
        select(kind.table, NAME)
        .outerjoin(User, User.id == kind.table.user_id)
        .outerjoin(Group, Group.id == kind.table.group_id)
        .where(*conditions)
    )


def _find(kind: Kind, lesson_id: str, grant_id: int) -> dict[str, Any]:
    query = _named(kind, kind.table.id == grant_id, kind.table.lesson_id == lesson_id)
    return _shown(kind, *db.session.execute(query.execution_options(populate_existing=True)).one())


def _shown(kind: Kind, found: Any, name: str) -> dict[str, Any]:
    return {column: getattr(found, column) for column in kind.shown} | {"name": name}


def _record(action: str, details: dict[str, Any], *, by: int) -> None:
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in details.items()}
    audit.record(action, actor_id=by, target_kind="lesson", target_id=details["lesson_id"], **plain)
    db.session.flush()
