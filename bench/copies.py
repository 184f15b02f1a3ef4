"""Copies of documents that the services created: so benchmark data always has the current shape of real data."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection

from learnstream.documents import Course, CourseVersion, Lesson, LessonVersion, Video
from learnstream.documents.base import Document

Names = Mapping[Any, Any]
BATCH = 2000


def renamed(value: Any, names: Names) -> Any:
    """Return a value with every old name, keys included, replaced by its new one."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    if isinstance(value, str | ObjectId):
        return names.get(value, value)
    return value


def new_ids(old: Iterable[ObjectId]) -> dict[Any, Any]:
    """Map each id to a new one, as an ObjectId and as a string."""
    mapping: dict[Any, Any] = {each: ObjectId() for each in old}
    return mapping | {str(each): str(new) for each, new in mapping.items()}


def add_copies(document: type[Document], number: int, **fields: Any) -> None:
    """Add copies of one of a collection's documents with these fields, of users and lessons of their own."""
    template = {**(document.collection().find_one({}) or {}), **fields}
    for first in range(0, number, BATCH):
        copies = [deepcopy(template) for _ in range(min(BATCH, number - first))]
        for index, copy in enumerate(copies):
            copy |= {"_id": ObjectId(), "lesson_id": ObjectId(), "user_id": 10_000_000 + first + index}
        document.collection().insert_many(copies, ordered=False)


class CourseCopier:
    """Copies a published course with its lessons and versions, and with its own videos or the original's."""

    def __init__(self, course_id: str) -> None:
        course = ObjectId(course_id)
        self.course_id = course
        first_version = _only(CourseVersion, {"course_id": course, "number": 1})
        self.lesson_ids, self.video_ids = list(first_version["lesson_ids"]), list(first_version["video_ids"])
        self.content: list[tuple[Collection[Any], dict[str, Any]]] = [
            (document_class.collection(), document)
            for document_class, query in (
                (Course, {"_id": course}),
                (CourseVersion, {"course_id": course}),
                (Lesson, {"course_id": course}),
                (LessonVersion, {"course_id": course}),
            )
            for document in document_class.collection().find(query)
        ]
        self.videos = [(Video.collection(), each) for each in Video.collection().find({"_id": {"$in": self.video_ids}})]
        modules = self.content[0][1]["modules"]
        self.ids = [document["_id"] for _, document in self.content] + [ObjectId(module["id"]) for module in modules]
        self._buffer: dict[str, tuple[Collection[Any], list[dict[str, Any]]]] = {}

    def copy(self, number: int, *, own_videos: bool = True) -> Names:
        """Create another copy; `number` makes its texts unique. Return the mapping from old names to new ones."""
        course = self.content[0][1]
        names = new_ids([*self.ids, *(self.video_ids if own_videos else [])])
        for field in (course["title"], course["slug"], course["published"]["sort_title"]):
            names[field] = f"{field}-{number}"
        if own_videos:
            for _, video in self.videos:
                names |= {video[name]: f"{video[name]}-{number}" for name in ("upload_id", "asset_id", "playback_id")}
        for collection, document in [*self.content, *(self.videos if own_videos else [])]:
            self._add(collection, renamed(document, names))
        return names

    def finish(self) -> None:
        """Write the documents that are still buffered."""
        for collection, documents in self._buffer.values():
            if documents:
                collection.insert_many(documents, ordered=False)
        self._buffer.clear()

    def _add(self, collection: Collection[Any], document: dict[str, Any]) -> None:
        _, buffer = self._buffer.setdefault(collection.name, (collection, []))
        buffer.append(document)
        if len(buffer) >= BATCH:
            collection.insert_many(buffer, ordered=False)
            buffer.clear()


def _only(document_class: Any, query: Mapping[str, Any]) -> dict[str, Any]:
    [document] = document_class.collection().find(query)
    return document
