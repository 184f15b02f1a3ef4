"""Titles, subjects, tags and names written before they were stored composed (NFC): composed once.

Versions are immutable, but composed they say the same, and a comparison with a new draft must not tell of it.
"""

from typing import Any

import pymongo
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import Course, CourseVersion, DocumentMigration, Lesson, LessonVersion
from learnstream.documents.base import Document, in_batches
from learnstream.text import folding

NAME = "composed titles"
BATCH = 500
PATIENCE = 60.0  # seconds for a batch
COMPOSED = {"title", "subject", "tags", "name"}
PLACES: tuple[tuple[type[Document], tuple[str, ...]], ...] = (
    (Course, ("title", "subject", "tags", "modules", "published")),
    (CourseVersion, ("course", "modules")),
    (Lesson, ("title",)),
    (LessonVersion, ("title",)),
)


def compose_once() -> int:
    """Compose what is stored, unless a release has done so; return how many documents changed."""
    if DocumentMigration.collection().find_one({"_id": NAME}):
        return 0
    changed = sum(_compose(kind, fields) for kind, fields in PLACES)
    DocumentMigration.collection().update_one({"_id": NAME}, {"$setOnInsert": {"done_at": now()}}, upsert=True)
    return changed


def _compose(kind: type[Document], fields: tuple[str, ...]) -> int:
    changed = 0
    for batch in in_batches(kind.collection().find({}, fields), BATCH):
        if writes := [write for document in batch if (write := _write(document))]:
            with pymongo.timeout(PATIENCE):
                changed += kind.collection().bulk_write(writes, ordered=False).modified_count
    return changed


def _write(document: dict[str, Any]) -> UpdateOne | None:
    composed = _composed(document)
    changes = {name: value for name, value in composed.items() if value != document[name]}
    # Whoever has changed it meanwhile keeps the change.
    before = {name: document[name] for name in ("_id", *changes)}
    return UpdateOne(before, {"$set": changes}) if changes else None


def _composed(value: Any, *, named: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _composed(each, named=name in COMPOSED) for name, each in value.items()}
    if isinstance(value, list):
        return [_composed(each, named=named) for each in value]
    return folding.compose(value) if named and isinstance(value, str) else value
