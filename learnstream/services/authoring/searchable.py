"""What the catalogue finds a published course by: folded words, computed when it is published."""

from collections.abc import Mapping
from typing import Any

import pymongo
from pymongo import UpdateOne

from learnstream.documents import Course, CourseStatus
from learnstream.services.authoring import courses
from learnstream.stores import cache
from learnstream.text import folding

BATCH = 200
PATIENCE = 60.0  # seconds for a batch, of which each course may have thousands of words to index
# By weight; the description is found, but ranks below all of them.
RANKED = ("title", "tags", "summary")
SOURCE = {f"published.{name}": 1 for name in (*RANKED, "description", "updated_at")}
MISSING = {
    "status": {"$in": [CourseStatus.PUBLISHED.value, CourseStatus.ARCHIVED.value]},
    "published.words": None,
}


def fields(course: Mapping[str, Any]) -> dict[str, Any]:
    """Return `words`, all that a course is found by, and `folded`, the texts that rank it, each as words in a line."""
    folded = {name: " ".join(folding.words(_text(course[name]))) for name in RANKED}
    return {"words": folding.words(" ".join(map(_text, (*folded.values(), course["description"])))), "folded": folded}


def add_missing() -> int:
    """Compute the words of courses that a release published which knew none; return of how many."""
    added = 0
    while found := list(Course.collection().find(MISSING, SOURCE).limit(BATCH)):
        with pymongo.timeout(PATIENCE):
            Course.collection().bulk_write([_addition(course) for course in found], ordered=False)
        cache.invalidate(courses.CATALOGUE)
        added += len(found)
    return added


def _addition(course: dict[str, Any]) -> UpdateOne:
    shown = course["published"]
    words = {f"published.{name}": value for name, value in fields(shown).items()}
    # Of what has been published meanwhile nothing is known here.
    return UpdateOne({"_id": course["_id"], "published.updated_at": shown["updated_at"]}, {"$set": words})


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)
