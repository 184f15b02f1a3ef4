"""Search fields of published courses: case-folded words, computed on publishing."""

from collections.abc import Mapping
from typing import Any

import pymongo
from pymongo import UpdateOne

from learnstream.documents import Course, CourseStatus
from learnstream.services.authoring import courses
from learnstream.stores import cache
from learnstream.text import folding

BATCH = 200
BATCH_TIMEOUT = 60.0  # seconds: each course of a batch may have thousands of words to index
# By weight; a match in the description alone ranks below all of them.
RANKED = ("title", "tags", "summary")
SOURCE = {f"published.{name}": 1 for name in (*RANKED, "description", "updated_at")}
MISSING = {
    "status": {"$in": [CourseStatus.PUBLISHED.value, CourseStatus.ARCHIVED.value]},
    "published.words": None,
}


def fields(course: Mapping[str, Any]) -> dict[str, Any]:
    """Return `words`, everything a course is found by, and `folded`, the ranking texts as space-separated words."""
    folded = {name: " ".join(folding.words(_text(course[name]))) for name in RANKED}
    return {"words": folding.words(" ".join(map(_text, (*folded.values(), course["description"])))), "folded": folded}


def add_missing() -> int:
    """Compute the words of courses published by a release that did not; return how many courses."""
    added = 0
    while found := list(Course.collection().find(MISSING, SOURCE).limit(BATCH)):
        with pymongo.timeout(BATCH_TIMEOUT):
            Course.collection().bulk_write([_addition(course) for course in found], ordered=False)
        cache.invalidate(courses.CATALOGUE)
        added += len(found)
    return added


def _addition(course: dict[str, Any]) -> UpdateOne:
    shown = course["published"]
    words = {f"published.{name}": value for name, value in fields(shown).items()}
    # Skip the course if it has been published again in the meantime: these words would be outdated.
    return UpdateOne({"_id": course["_id"], "published.updated_at": shown["updated_at"]}, {"$set": words})


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)
