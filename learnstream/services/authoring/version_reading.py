"""The reading lists of published versions."""

from learnstream.services.authoring import reading, versions
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.stores import cache

# A version never changes, but its books do: their titles, and whether they are archived.
TTL_SECONDS = 30


def read(course_id: str, number: int) -> Content:
    """Return the reading list of a version.

    Raises:
        NotFound: the course has no version of that number.
    """
    key = f"reading-list:{course_id}:{number}"
    return unpack(cache.get_or_load(key, lambda: _load(course_id, number), ttl=TTL_SECONDS))


def _load(course_id: str, number: int) -> bytes:
    entries = versions.find(course_id, number)["reading_list"]
    return pack({"version": number, "entries": reading.describe(entries)})
