"""Lesson drafts."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import FilePurpose, Lesson, LessonKind
from learnstream.documents.course import CourseDraft
from learnstream.documents.lesson import ListedLesson, ShownContent, StoredLesson
from learnstream.documents.projection import Projection, pick
from learnstream.errors import Conflict, NotFound, Unprocessable
from learnstream.errors.assignment_lessons import NotAnAssignmentLesson
from learnstream.errors.authoring import (
    AlreadyAttached,
    EditConflict,
    NoSuchLesson,
    NotADocumentLesson,
    NotAVideoLesson,
)
from learnstream.errors.files import NoSuchFile, UnknownFile
from learnstream.errors.media import NoDocument
from learnstream.errors.quiz_lessons import NotAQuizLesson
from learnstream.policies.views import LessonView
from learnstream.services.assignments import summaries
from learnstream.services.authoring import (
    completion_rules,
    courses,
    lesson_media,
    outlines,
    reading,
    snapshots,
    versions,
)
from learnstream.services.authoring.versions import LessonEntry
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.services.media import file_removal, files, videos
from learnstream.stores.mongo import Expression

STORED = Projection(Lesson, StoredLesson)
LISTED = Projection(Lesson, ListedLesson)
OTHER_KIND: Mapping[LessonKind, type[Conflict]] = {
    LessonKind.VIDEO: NotAVideoLesson,
    LessonKind.DOCUMENT: NotADocumentLesson,
    LessonKind.QUIZ: NotAQuizLesson,
    LessonKind.ASSIGNMENT: NotAnAssignmentLesson,
}


def draft(lesson_id: str, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Return a lesson's draft, checked against the expected revisions if any are given.

    Raises:
        NotFound: there is none, or it was deleted.
        EditConflict: its revision is none of the expected ones.
    """
    lesson = STORED.find_one({"_id": ObjectId(lesson_id), "deleted_at": None})
    if lesson is None:
        raise NoSuchLesson()
    if expect is not None and lesson["revision"] not in expect:
        raise EditConflict()
    return lesson


def view_of(lesson: StoredLesson) -> LessonView:
    """Return a draft as policies see it.

    Raises:
        NotFound: its course was deleted.
    """
    course = courses.view(str(lesson["course_id"])) if lesson["course_id"] else None
    return LessonView(str(lesson["_id"]), course, lesson["free_preview"])


class DescribedLesson(LessonEntry):
    """A lesson as readers see it; `version` is 0 for a draft.

    Its assignment is a `WholeAssignment`, and its reading `DescribedEntry`s.
    """

    course_id: ObjectId | None
    version: int
    body: str
    updated_at: datetime


def describe(lesson: StoredLesson) -> DescribedLesson:
    """Return a draft as its authors see it, with the state of its video or document."""
    return {
        **pick(ShownContent, lesson),
        "id": lesson["_id"],
        "course_id": lesson["course_id"],
        "version": 0,
        "module": None,
        "position": None,
        "completion": completion_rules.describe(lesson),
        "reading": reading.of_lesson_draft(lesson["course_id"], lesson["_id"]),
        **lesson_media.shown(lesson, lesson_media.of([lesson])),
        "assignment": summaries.whole(lesson["assignment_id"]),
        "body": lesson["body"],
        "updated_at": lesson["updated_at"],
    }


def outline(course_id: str) -> Content:
    """Return the draft's lessons as one flat list in outline order.

    Raises:
        NotFound: there is no such course.
    """
    course = courses.draft(course_id)
    drafts = listed_of(course)
    return unpack(pack(versions.flatten(snapshots.outline_of(course, drafts), reading.of_draft(course))))


def drafts_of(course: CourseDraft) -> dict[ObjectId, StoredLesson]:
    """Return the lesson drafts in a course's outline, by id."""
    return {lesson["_id"]: lesson for lesson in STORED.find(_in_outline(course))}


def listed_of(course: CourseDraft) -> dict[ObjectId, ListedLesson]:
    """Return the lesson drafts in a course's outline without their texts, by id."""
    return {lesson["_id"]: lesson for lesson in LISTED.find(_in_outline(course))}


def _in_outline(course: CourseDraft) -> Expression:
    ids = outlines.lesson_ids(course["modules"])
    return {"_id": {"$in": ids}, "course_id": course["_id"], "deleted_at": None}


def create(
    *, course_id: str | None, created_by: int, title: str, kind: LessonKind, module_id: str | None = None, **fields: Any
) -> StoredLesson:
    """Create a draft at the end of a module, by default the last one; without a course, it is attached to one later.

    Raises:
        NotFound, Conflict, Unprocessable: see `outlines.add_lesson`.
        Unprocessable: a lesson of this kind cannot have this completion rule.
    """
    completion_rules.require_possible(kind, fields.get("completion"))
    given = {
        **fields,
        "_id": ObjectId(),
        "course_id": course_id and ObjectId(course_id),
        "title": title,
        "kind": kind.value,
        "revision": 1,
        "created_by": created_by,
        "created_at": now(),
        "updated_at": now(),
        "deleted_at": None,
    }
    lesson = STORED.complete(given)
    Lesson.collection().insert_one(lesson)
    if course_id:
        _add_to_outline(course_id, lesson["_id"], module_id)
    return lesson


def _add_to_outline(course_id: str, lesson_id: ObjectId, module_id: str | None) -> None:
    try:
        outlines.add_lesson(course_id, lesson_id, module_id=module_id)
    except (NotFound, Conflict, Unprocessable):
        Lesson.collection().delete_one({"_id": lesson_id})
        raise


def update(*, lesson_id: str, changes: Mapping[str, Any], expect: Collection[int] | None = None) -> StoredLesson:
    """Change a draft; published versions stay as they are. A `course_id` attaches a lesson that has no course.

    Raises:
        NotFound: there is no such lesson, or course.
        Conflict: `already_attached`, `too_many_lessons`, or `edit_conflict` if the draft has changed in the meantime.
        Unprocessable: the course has no such module, or a lesson of this kind cannot have this completion rule.
    """
    lesson = draft(lesson_id, expect=expect)
    completion_rules.require_possible(LessonKind(lesson["kind"]), changes.get("completion"))
    if "course_id" in changes:
        return _attach(lesson, **changes)
    return _change(lesson, changes)


def _attach(lesson: StoredLesson, *, course_id: str, module_id: str | None = None, **changes: Any) -> StoredLesson:
    if lesson["course_id"] not in {None, ObjectId(course_id)}:
        raise AlreadyAttached()
    outlines.add_lesson(course_id, lesson["_id"], module_id=module_id)
    try:
        return _change(lesson, {**changes, "course_id": ObjectId(course_id)})
    except EditConflict:
        # Another request changed the lesson first; if that attached it to another course, undo the addition here.
        if not Lesson.collection().find_one({"_id": lesson["_id"], "course_id": ObjectId(course_id)}, {"_id": 1}):
            outlines.remove_lesson(course_id, lesson["_id"])
        raise


def _change(lesson: StoredLesson, changes: Mapping[str, Any]) -> StoredLesson:
    changed = Lesson.collection().find_one_and_update(
        {"_id": lesson["_id"], "revision": lesson["revision"], "deleted_at": None},
        {"$set": {**changes, "updated_at": now()}, "$inc": {"revision": 1}},
        return_document=ReturnDocument.AFTER,
    )
    if changed is None:
        raise EditConflict()
    return STORED.complete(changed)


def set_video(
    lesson_id: str, video_id: str | None, *, expect: Collection[int] | None = None
) -> tuple[StoredLesson, str | None]:
    """Set or remove (None) a draft's video; published versions keep theirs. Return the draft and its previous video.

    Raises:
        NotFound: there is no such lesson.
        Conflict: `not_a_video_lesson`, or `edit_conflict` if its revision is none of the expected ones.
    """
    return _set_media(lesson_id, LessonKind.VIDEO, "video_id", video_id, expect)


def set_document(lesson_id: str, file_id: str, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Set a draft's document; published versions keep theirs.

    Raises:
        NotFound: there is no such lesson.
        Unprocessable: there is no such file, or `wrong_purpose`, it was not uploaded as a document.
        Conflict: `not_a_document_lesson`, `file_not_ready`, `file_refused`, or `edit_conflict` if its revision is none
            of the expected ones.
    """
    require_kind(LessonKind.DOCUMENT, lesson_id, expect=expect)
    try:
        files.hold(file_id, purpose=FilePurpose.DOCUMENT)
    except NoSuchFile:
        raise UnknownFile() from None
    lesson = _set_media(lesson_id, LessonKind.DOCUMENT, "document_id", file_id, expect)[0]
    file_removal.take_back(file_id)
    return lesson


def remove_document(lesson_id: str, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Remove a draft's document; published versions keep it.

    Raises:
        NotFound: there is no such lesson, or `no_document`.
        Conflict: see `set_document`.
    """
    if require_kind(LessonKind.DOCUMENT, lesson_id, expect=expect)["document_id"] is None:
        raise NoDocument()
    return _set_media(lesson_id, LessonKind.DOCUMENT, "document_id", None, expect)[0]


def set_quiz(lesson_id: str, quiz_id: ObjectId | None, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Set or remove (None) the settings of a draft's quiz; published versions keep theirs.

    Raises:
        NotFound: there is no such lesson.
        Conflict: `not_a_quiz_lesson`, or `edit_conflict` if its revision is none of the expected ones.
    """
    return _set_media(lesson_id, LessonKind.QUIZ, "quiz_id", str(quiz_id) if quiz_id else None, expect)[0]


def set_assignment(
    lesson_id: str, assignment_id: ObjectId | None, *, expect: Collection[int] | None = None
) -> StoredLesson:
    """Set or remove (None) the settings of a draft's assignment; published versions keep theirs.

    Raises:
        NotFound: there is no such lesson.
        Conflict: `not_an_assignment_lesson`, or `edit_conflict` if its revision is none of the expected ones.
    """
    value = str(assignment_id) if assignment_id else None
    return _set_media(lesson_id, LessonKind.ASSIGNMENT, "assignment_id", value, expect)[0]


def _set_media(
    lesson_id: str,
    kind: LessonKind,
    field: Literal["video_id", "document_id", "quiz_id", "assignment_id"],
    media_id: str | None,
    expect: Collection[int] | None,
) -> tuple[StoredLesson, str | None]:
    query: Expression = {"_id": ObjectId(lesson_id), "kind": kind.value, "deleted_at": None}
    if expect is not None:
        query["revision"] = {"$in": list(expect)}
    changes = {field: media_id and ObjectId(media_id), "updated_at": now()}
    before = Lesson.collection().find_one_and_update(query, {"$set": changes, "$inc": {"revision": 1}})
    if before is None:
        require_kind(kind, lesson_id, expect=expect)
        raise EditConflict()
    lesson = STORED.complete(before | changes | {"revision": before["revision"] + 1})
    return lesson, before.get(field) and str(before[field])


def require_kind(kind: LessonKind, lesson_id: str, *, expect: Collection[int] | None = None) -> StoredLesson:
    """Return the draft of a lesson that can have a video, a document, a quiz or an assignment, by its kind.

    Raises:
        NotFound, Conflict: see `set_video`, `set_document`, `set_quiz` and `set_assignment`.
    """
    lesson = draft(lesson_id, expect=expect)
    require_kind_of(lesson, kind)
    return lesson


def require_kind_of(lesson: ListedLesson, kind: LessonKind) -> None:
    """Raise unless a lesson is of a kind, for example `not_a_video_lesson`."""
    if lesson["kind"] != kind:
        raise OTHER_KIND[kind]()


def delete(*, lesson_id: str, expect: Collection[int] | None = None) -> None:
    """Delete a lesson's draft; published versions keep the lesson and its video.

    Raises:
        NotFound: there is no such lesson.
        EditConflict: the draft has changed in the meantime.
    """
    lesson = draft(lesson_id, expect=expect)
    _change(lesson, {"deleted_at": now(), "leaving": lesson["course_id"] is not None})
    if lesson["course_id"]:
        remove_from_outline(str(lesson["course_id"]), lesson["_id"])
    videos.release(str(lesson["video_id"]) if lesson["video_id"] else None)


def remove_from_outline(course_id: str, lesson_id: ObjectId) -> None:
    """Remove a deleted lesson from its course's outline; idempotent, so that a repair can repeat it after a crash."""
    outlines.remove_lesson(course_id, lesson_id)
    Lesson.collection().update_one({"_id": lesson_id}, {"$unset": {"leaving": ""}})
