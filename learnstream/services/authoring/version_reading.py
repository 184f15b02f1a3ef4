"""The reading lists of published versions."""

from collections.abc import Collection
from typing import TypedDict

from bson import ObjectId

from learnstream.documents import CourseVersion
from learnstream.documents.projection import Projection
from learnstream.documents.reading_list import ReadingEntry
from learnstream.services.authoring import reading, versions
from learnstream.services.authoring.reading import DescribedEntry
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.stores import cache

# A version never changes, but its books do: their titles, and whether they are archived.
TTL_SECONDS = 30


class ReadVersion(TypedDict):
    """A version's reading list."""

    course_id: ObjectId
    reading_list: list[ReadingEntry]


READ = Projection(CourseVersion, ReadVersion)


def read(course_id: str, number: int) -> Content:
    """Return the reading list of a version.

    Raises:
        NotFound: the course has no version of that number.
    """
    key = f"reading-list:{course_id}:{number}"
    return unpack(cache.get_or_load(key, lambda: _load(course_id, number), ttl=TTL_SECONDS))


def find_many(wanted: Collection[tuple[str, int]]) -> dict[str, list[DescribedEntry]]:
    """Return the reading lists of versions (course and number), by course; those that do not exist are left out."""
    found = {str(each["course_id"]): each["reading_list"] for each in READ.find({"_id": {"$in": versions.ids(wanted)}})}
    described = iter(reading.describe([entry for entries in found.values() for entry in entries]))
    return {course_id: [next(described) for _ in entries] for course_id, entries in found.items()}


def _load(course_id: str, number: int) -> bytes:
    entries = versions.find(course_id, number)["reading_list"]
    return pack({"version": number, "entries": reading.describe(entries)})
