"""Search fields of published courses: case-folded words, computed on publishing."""

from datetime import datetime
from typing import TypedDict

import pymongo
from bson import ObjectId
from pymongo import UpdateOne

from learnstream.documents import Course, CourseStatus
from learnstream.documents.course import Metadata
from learnstream.documents.projection import Projection
from learnstream.services.authoring import courses
from learnstream.stores import cache
from learnstream.text import folding

BATCH = 200
BATCH_TIMEOUT = 60.0  # seconds: each course of a batch may have thousands of words to index


class Source(Metadata):
    updated_at: datetime


class Unindexed(TypedDict):
    """A course published by a release that did not compute its search fields."""

    _id: ObjectId
    published: Source


UNINDEXED = Projection(Course, Unindexed)
MISSING = {
    "status": {"$in": [CourseStatus.PUBLISHED.value, CourseStatus.ARCHIVED.value]},
    "published.words": None,
}


class SearchFields(TypedDict):
    """Everything a course is found by, and the ranking texts as space-separated words."""

    words: list[str]
    folded: dict[str, str]


def fields(course: Metadata) -> SearchFields:
    """Compute the search fields of a published course."""
    texts = {"title": course["title"], "tags": " ".join(course["tags"]), "summary": course["summary"]}
    folded = {name: " ".join(folding.words(text)) for name, text in texts.items()}
    return {"words": folding.words(" ".join((*folded.values(), course["description"]))), "folded": folded}


def add_missing() -> int:
    """Compute the words of courses published by a release that did not; return how many courses."""
    added = 0
    while found := UNINDEXED.find(MISSING, limit=BATCH):
        with pymongo.timeout(BATCH_TIMEOUT):
            Course.collection().bulk_write([_addition(course) for course in found], ordered=False)
        cache.invalidate(courses.CATALOGUE)
        added += len(found)
    return added


def _addition(course: Unindexed) -> UpdateOne:
    shown = course["published"]
    words = {f"published.{name}": value for name, value in fields(shown).items()}
    # Skip the course if it has been published again in the meantime: these words would be outdated.
    return UpdateOne({"_id": course["_id"], "published.updated_at": shown["updated_at"]}, {"$set": words})
