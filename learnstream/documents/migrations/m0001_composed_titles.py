"""Compose (NFC) the titles, subjects, tags and names that were stored before input was composed.

Versions are immutable, but composition does not change their meaning, and a comparison with a new draft must not
report a difference.
"""

from collections.abc import Mapping
from typing import Any

from learnstream.documents.base import Document
from learnstream.documents.course import Course
from learnstream.documents.course_version import CourseVersion
from learnstream.documents.lesson import Lesson, LessonVersion
from learnstream.documents.migrations import Step, Update
from learnstream.text import folding

COMPOSED = {"title", "subject", "tags", "name"}


def compose(document: Mapping[str, Any]) -> Update | None:
    composed = {name: _composed(value, named=name in COMPOSED) for name, value in document.items()}
    changes = {name: value for name, value in composed.items() if value != document[name]}
    return {"$set": changes} if changes else None


def _composed(value: Any, *, named: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _composed(each, named=name in COMPOSED) for name, each in value.items()}
    if isinstance(value, list):
        return [_composed(each, named=named) for each in value]
    return folding.compose(value) if named and isinstance(value, str) else value


def _step(kind: type[Document], *fields: str) -> Step:
    return Step(kind, compose, fields, guard=fields)


STEPS = (
    _step(Course, "title", "subject", "tags", "modules", "published"),
    _step(CourseVersion, "course", "modules"),
    _step(Lesson, "title"),
    _step(LessonVersion, "title"),
)
