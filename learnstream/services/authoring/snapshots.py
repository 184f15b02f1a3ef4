"""Snapshots of a draft for publishing: its lessons' immutable contents, and the outline that refers to them."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import LessonVersion
from learnstream.services.authoring import conditions
from learnstream.services.authoring.courses import BLANK, Draft

Drafts = Mapping[ObjectId, dict[str, Any]]

CONTENT = ("title", "kind", "summary", "body", "free_preview", "video_id", "completion", "updated_at")
SHOWN = ("title", "kind", "summary", "free_preview", "video_id", "completion")


def metadata_of(course: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata of a draft or a published course."""
    return {"title": course["title"]} | {name: course.get(name, blank) for name, blank in BLANK.items()}


def outline_of(course: Draft, drafts: Drafts) -> list[dict[str, Any]]:
    """Return a draft's outline as a version stores it; `drafts` are its lessons."""
    return [_module(module, drafts) for module in course["modules"]]


def _module(module: dict[str, Any], drafts: Drafts) -> dict[str, Any]:
    own = conditions.by_lesson(module)
    return {
        "id": module["id"],
        "title": module["title"],
        **conditions.stated(module),
        "lessons": [
            _entry(drafts[lesson_id]) | own.get(lesson_id, conditions.NONE)
            for lesson_id in module["lesson_ids"]
            if lesson_id in drafts
        ],
    }


def _entry(lesson: dict[str, Any]) -> dict[str, Any]:
    return {"id": lesson["_id"], "version_id": content_id(lesson), **{name: lesson.get(name) for name in SHOWN}}


def content_id(lesson: dict[str, Any]) -> ObjectId:
    """Return the id of a draft's content, derived from its revision: publishing a revision again reuses the content."""
    return ObjectId(blake2b(lesson["_id"].binary + str(lesson["revision"]).encode(), digest_size=12).digest())


def save_contents(drafts: Collection[dict[str, Any]]) -> None:
    """Store the drafts' contents as immutable lesson versions."""
    writes = [
        UpdateOne(
            {"_id": content_id(lesson)},
            {
                "$setOnInsert": {name: lesson.get(name) for name in CONTENT}
                | {
                    "lesson_id": lesson["_id"],
                    "course_id": lesson["course_id"],
                    "revision": lesson["revision"],
                    "created_at": now(),
                }
            },
            upsert=True,
        )
        for lesson in drafts
    ]
    if writes:
        LessonVersion.collection().bulk_write(writes, ordered=False)
