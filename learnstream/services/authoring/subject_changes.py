"""Changes of subjects by administrators, and what they change in courses after the commit."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from learnstream.documents import Course
from learnstream.errors.subjects import SubjectExists
from learnstream.models.subject import Subject, SubjectTeacher
from learnstream.policies import entitlements
from learnstream.services.authoring import courses, instructors, subjects
from learnstream.services.books import books
from learnstream.services.foundation import audit, outbox
from learnstream.stores import cache
from learnstream.stores.mongo import Expression
from learnstream.stores.sql import after_commit, db
from learnstream.text import folding

CHANGED = "subject.changed"
# MongoDB may be down for a while; until then, courses have the former name.
GIVE_UP_AFTER = timedelta(days=2)


def add(*, by: int, name: str, **fields: Any) -> Subject:
    """Create a subject.

    Raises:
        SubjectExists: another one has the name or the code.
    """
    values = {"name": name, "name_key": folding.caseless(name), **fields}
    # The unique indexes decide between concurrent requests; a query before the insert would be a race.
    subject = db.session.scalar(insert(Subject).values(values).on_conflict_do_nothing().returning(Subject))
    if subject is None:
        raise SubjectExists()
    _record("subject.created", subject.id, by, name=name)
    return subject


def change(subject_id: int, *, by: int, **changes: Any) -> Subject:
    """Change a subject. Its courses get a new name after the commit.

    Raises:
        NoSuchSubject: there is none.
        SubjectExists: another one has the name or the code.
    """
    subject = subjects.find(subject_id, lock=True)
    before = {name: getattr(subject, name) for name in changes}
    try:
        with db.session.begin_nested():
            for name, value in changes.items():
                setattr(subject, name, value)
            subject.name_key = folding.caseless(subject.name)
            db.session.flush()
    except IntegrityError:
        raise SubjectExists() from None
    _record("subject.changed", subject_id, by, before=before)
    if subject.name != before.get("name", subject.name):
        outbox.add(CHANGED, subject_id=subject_id)
    return subject


def replace_teachers(subject_id: int, *, by: int, teacher_ids: Collection[int]) -> Subject:
    """Replace the teachers of a subject, who are staff of its courses from the next request on.

    Raises:
        NoSuchSubject: there is none.
        Unprocessable: not all of them are active instructors or administrators.
    """
    subject = subjects.find(subject_id, lock=True)
    before, after = set(subject.teacher_ids), set(teacher_ids)
    instructors.require_authors(list(dict.fromkeys(teacher_ids)), field="teacher_ids")
    entitlements.subjects_changed(sorted(before ^ after))
    of_subject = SubjectTeacher.subject_id == subject_id
    db.session.execute(delete(SubjectTeacher).where(of_subject, SubjectTeacher.user_id.in_(before - after)))
    db.session.add_all(SubjectTeacher(subject_id=subject_id, user_id=each) for each in sorted(after - before))
    _record("subject.teachers_changed", subject_id, by, before=sorted(before), after=sorted(after))
    db.session.refresh(subject)
    return subject


def remove(subject_id: int, *, by: int) -> None:
    """Delete a subject. After the commit its courses stand in none, and keep its name as a text.

    Raises:
        NoSuchSubject: there is none.
    """
    subject = subjects.find(subject_id, lock=True)
    entitlements.subjects_changed(subject.teacher_ids)
    db.session.delete(subject)
    _record("subject.deleted", subject_id, by, name=subject.name)
    outbox.add(CHANGED, subject_id=subject_id)


def _record(action: str, subject_id: int, by: int, **details: Any) -> None:
    audit.record(action, actor_id=by, target_kind="subject", target_id=subject_id, **details)
    db.session.flush()
    after_commit(lambda: cache.invalidate(subjects.SUBJECTS))


@outbox.handles(CHANGED, give_up_after=GIVE_UP_AFTER)
def update_courses(payload: dict[str, Any]) -> None:
    """Let the courses of a subject have its present name, or them and its books stand in none if it was deleted."""
    subject_id = payload["subject_id"]
    # Locked until the courses are written: two workers could write two names in the wrong order.
    subject = db.session.get(Subject, subject_id, with_for_update={"read": True})
    fields = {"subject": subject.name} if subject else {"subject_id": None}
    _update({"subject_id": subject_id}, fields, "", {"$inc": {"revision": 1}})
    _update({"published.subject_id": subject_id}, fields, "published.", {})
    if subject is None:
        books.leave_subject(subject_id)


def _update(which: Expression, fields: dict[str, Any], prefix: str, besides: Expression) -> None:
    values = {f"{prefix}{name}": value for name, value in fields.items()}
    outdated = {**which, "$or": [{name: {"$ne": value}} for name, value in values.items()]}
    changed = Course.collection().distinct("_id", outdated)
    Course.collection().update_many(outdated, {"$set": values, **besides})
    for course_id in changed:
        courses.invalidate(str(course_id))
