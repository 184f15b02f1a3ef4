"""Make subjects of the texts that courses named their subjects with, and let the courses stand in them.

Texts that differ only in case are one subject, which is named as the first course writes it. The texts stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import text

from learnstream.clock import now
from learnstream.documents.course import Course
from learnstream.documents.course_version import CourseVersion
from learnstream.documents.migrations import Step, Update
from learnstream.stores.sql import db
from learnstream.text import folding

INSERT = text(
    "INSERT INTO subjects (name, name_key, description, created_at, updated_at) "
    "VALUES (:name, :key, '', :at, :at) ON CONFLICT DO NOTHING"
)
SELECT = text("SELECT id, name_key FROM subjects WHERE name_key = ANY(:keys)")

# The ids of a batch's subjects by the canonical forms of their names.
known: dict[str, int] = {}


def create_subjects(documents: Sequence[Mapping[str, Any]]) -> None:
    """Create the missing subjects of a batch of documents."""
    known.clear()
    names = {folding.caseless(name): name for each in reversed(documents) for _, name in _named(each)}
    if names:
        db.session.execute(INSERT, [{"key": key, "name": names[key], "at": now()} for key in sorted(names)])
        known.update({row.name_key: row.id for row in db.session.execute(SELECT, {"keys": list(names)})})
        db.session.commit()


def link(document: Mapping[str, Any]) -> Update | None:
    changes = {f"{path}subject_id": known.get(folding.caseless(name)) for path, name in _named(document)}
    return {"$set": changes} if changes else None


def _named(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the paths that name a subject and are in none, with the name."""
    for path in ("", "published.", "course."):
        described = document.get(path.rstrip("."), {}) if path else document
        if described.get("subject") and described.get("subject_id") is None:
            yield path, described["subject"]


COURSE = ("subject", "subject_id", "published")
STEPS = (
    Step(Course, link, COURSE, guard=COURSE, prepare=create_subjects),
    Step(CourseVersion, link, ("course",), guard=("course",), prepare=create_subjects),
)
