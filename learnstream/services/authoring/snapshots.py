"""Snapshots of a draft for publishing: its lessons' immutable contents, and the outline that refers to them."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import TypedDict

from bson import ObjectId
from pymongo import UpdateOne

from learnstream.clock import now
from learnstream.documents import LessonVersion
from learnstream.documents.course import Conditions, CourseDraft, Metadata, Module
from learnstream.documents.course_version import VersionLesson, VersionModule
from learnstream.documents.lesson import Content, ListedLesson, StoredLesson, WholeContent
from learnstream.documents.projection import pick
from learnstream.services.authoring import conditions


class DraftRevision(TypedDict):
    _id: ObjectId
    revision: int


Drafts = Mapping[ObjectId, ListedLesson]
# The ids of frozen quizzes by those of the drafts' settings.
FrozenIds = Mapping[ObjectId | None, ObjectId]
NOT_FROZEN: FrozenIds = {}


def metadata_of(course: Metadata) -> Metadata:
    """Return the metadata of a draft or a version."""
    return pick(Metadata, course)


def outline_of(course: CourseDraft, drafts: Drafts, quizzes: FrozenIds = NOT_FROZEN) -> list[VersionModule]:
    """Return a draft's outline as a version stores it; `drafts` are its lessons, `quizzes` the ids of frozen quizzes.

    Without these, it names the settings of the drafts' quizzes.
    """
    return [_module(module, drafts, quizzes) for module in course["modules"]]


def _module(module: Module, drafts: Drafts, quizzes: FrozenIds) -> VersionModule:
    own = conditions.by_lesson(module)
    return {
        "id": module["id"],
        "title": module["title"],
        **conditions.stated(module),
        "lessons": [
            _entry(drafts[lesson_id], own.get(lesson_id, conditions.NONE), quizzes)
            for lesson_id in module["lesson_ids"]
            if lesson_id in drafts
        ],
    }


def _entry(lesson: ListedLesson, own: Conditions, quizzes: FrozenIds) -> VersionLesson:
    quiz_id = quizzes.get(lesson["quiz_id"], lesson["quiz_id"])
    return {"id": lesson["_id"], "version_id": content_id(lesson), **pick(Content, lesson), "quiz_id": quiz_id, **own}


def content_id(lesson: DraftRevision) -> ObjectId:
    """Return the id of a draft's content, derived from its revision: publishing a revision again reuses the content."""
    return ObjectId(blake2b(lesson["_id"].binary + str(lesson["revision"]).encode(), digest_size=12).digest())


def save_contents(drafts: Collection[StoredLesson]) -> None:
    """Store the drafts' contents as immutable lesson versions."""
    writes = [
        UpdateOne(
            {"_id": content_id(lesson)},
            {
                "$setOnInsert": {
                    **pick(WholeContent, lesson),
                    "lesson_id": lesson["_id"],
                    "course_id": lesson["course_id"],
                    "revision": lesson["revision"],
                    "updated_at": lesson["updated_at"],
                    "created_at": now(),
                }
            },
            upsert=True,
        )
        for lesson in drafts
    ]
    if writes:
        LessonVersion.collection().bulk_write(writes, ordered=False)
