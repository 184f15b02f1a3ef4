"""The diff of any two states of a course: a version, the draft, or unpublished."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Literal, TypedDict, TypeVar

from bson import ObjectId

from learnstream.documents import Lesson, LessonVersion
from learnstream.documents.course import CourseDraft, Metadata
from learnstream.documents.course_version import StoredVersion, VersionLesson
from learnstream.documents.grading import StoredGrading
from learnstream.documents.projection import Projection
from learnstream.documents.reading_list import ReadingEntry
from learnstream.errors.authoring import NoSuchLesson
from learnstream.services.assignments import summaries as assignment_summaries
from learnstream.services.authoring import (
    courses,
    grading_drafts,
    lesson_media,
    lessons,
    quiz_versions,
    reading,
    snapshot_diff,
    snapshots,
    versions,
)
from learnstream.services.authoring.quiz_versions import FrozenQuizzes
from learnstream.services.authoring.snapshot_diff import (
    NOTHING,
    Changes,
    FieldChange,
    LessonChange,
    ModuleChange,
    Snapshot,
    Text,
)
from learnstream.services.authoring.snapshots import DraftRevision, Drafts
from learnstream.services.quizzes import summaries as quiz_summaries
from learnstream.services.quizzes.summaries import ShownQuizzes

T = TypeVar("T", bound=Mapping[str, Any])
State = int | Literal["draft"]
Entries = Mapping[ObjectId, VersionLesson]
Texts = dict[ObjectId, Text]
Lookup = Callable[[Iterable[ObjectId | None]], Mapping[ObjectId | None, Mapping[str, object]]]


class DraftText(DraftRevision):
    body: str


class PublishedText(TypedDict):
    _id: ObjectId
    lesson_id: ObjectId
    body: str


DRAFT_TEXTS = Projection(Lesson, DraftText)
PUBLISHED_TEXTS = Projection(LessonVersion, PublishedText)
# The changes between two states, which it names; None is unpublished.
Diff = TypedDict(
    "Diff",
    {
        "from": State | None,
        "to": State | None,
        "course": list[FieldChange],
        "modules": list[ModuleChange],
        "lessons": list[LessonChange],
        "counts": dict[str, int],
    },
)
DRAFT: Literal["draft"] = "draft"
UNPUBLISHED = 0  # the version number of a course that was never published


def between(*, course_id: str, before: State, after: State, lesson_id: str | None = None) -> Diff:
    """Return the diff. Texts are given by length and digest, and in full only if the diff is of a single lesson.

    Raises:
        NotFound: there is no such course, version, or lesson in either of the two.
    """
    return describe(before, after, snapshot(course_id, before), snapshot(course_id, after), lesson_id=lesson_id)


def describe(before: State, after: State, old: Snapshot, new: Snapshot, *, lesson_id: str | None = None) -> Diff:
    """Return the diff of two states whose snapshots are given; see `between`."""
    return {"from": before or None, "to": after or None, **compare(old, new, lesson_id=lesson_id)}


def snapshot(course_id: str, state: State) -> Snapshot:
    """Return the snapshot of a version, or of the draft as it would be published now.

    Raises:
        NotFound: there is no such course or version.
    """
    if state == UNPUBLISHED:
        return NOTHING
    if state == DRAFT:
        return of_draft(courses.draft(course_id))
    return of_version(versions.find(course_id, state))


def of_version(version: StoredVersion) -> Snapshot:
    """Return the snapshot of a version."""
    course = _course(version["course"], version["grading"], version["reading_list"])
    return {"course": course, "modules": version["modules"]}


def of_draft(course: CourseDraft) -> Snapshot:
    """Return the snapshot of a draft as it would be published."""
    drafts = lessons.listed_of(course)
    return of_frozen(course, drafts, quiz_versions.freeze(course, drafts.values()))


def of_frozen(course: CourseDraft, drafts: Drafts, quizzes: FrozenQuizzes) -> Snapshot:
    """Return the snapshot of a draft, whose lessons and frozen quizzes are given, as it would be published."""
    modules = snapshots.outline_of(course, drafts, quizzes.ids)
    described = _course(course, course["grading"], reading.of_draft(course))
    return {"course": described, "modules": modules, "quizzes": quizzes.shown}


def _course(course: Metadata, grading: StoredGrading | None, books: list[ReadingEntry]) -> Mapping[str, object]:
    return {
        **snapshots.metadata_of(course),
        "grading": grading and grading_drafts.describe(grading),
        "reading_list": books,
    }


def compare(before: Snapshot, after: Snapshot, *, lesson_id: str | None = None) -> Changes:
    """Return the diff of two snapshots; see `between`."""
    sides = snapshot_diff.entries(before["modules"]), snapshot_diff.entries(after["modules"])
    if lesson_id and not any(ObjectId(lesson_id) in side for side in sides):
        raise NoSuchLesson()
    texts = _texts(*sides, whole=lesson_id)
    found = snapshot_diff.compare(before, after, texts)
    found["lessons"] = [each for each in found["lessons"] if lesson_id in {None, str(each["id"])}]
    _show_media(found["lessons"], {**before.get("quizzes", {}), **after.get("quizzes", {})})
    _show_books(found["course"])
    return found


def digest(found: Changes) -> dict[str, int]:
    """Return the non-zero counts of a diff, for the audit log."""
    return {name: count for name, count in found["counts"].items() if count}


def _texts(before: Entries, after: Entries, *, whole: str | None) -> Texts:
    """Return the texts of contents that may differ, by content id: equal ids have equal texts."""
    pairs = [(before[each], after[each]) for each in before.keys() & after.keys()]
    entries = [entry for pair in pairs if pair[0]["version_id"] != pair[1]["version_id"] for entry in pair]
    texts = {
        content["_id"]: _text(content["body"], whole=whole == str(content["lesson_id"]))
        for content in _find(PUBLISHED_TEXTS, [entry["version_id"] for entry in entries])
    }
    # A draft's content is stored under its id only when it is published.
    for lesson in _find(DRAFT_TEXTS, [entry["id"] for entry in entries if entry["version_id"] not in texts]):
        texts[snapshots.content_id(lesson)] = _text(lesson["body"], whole=whole == str(lesson["_id"]))
    return texts


def _find(texts: Projection[T], ids: list[ObjectId]) -> Sequence[T]:
    return texts.find({"_id": {"$in": ids}}) if ids else ()


def _text(body: str, *, whole: bool) -> Text:
    """Describe a text, with the text itself if `whole`: all texts together may be too large."""
    described: Text = {"characters": len(body), "digest": blake2b(body.encode(), digest_size=12).hexdigest()}
    return {**described, "text": body} if whole else described


def _show_media(found: list[LessonChange], unsaved: ShownQuizzes) -> None:
    """Replace the ids of videos, documents, quizzes and assignments by what outlines show of them."""
    lookups: dict[str, Lookup] = {
        "video": lesson_media.videos_of,
        "document": lesson_media.documents_of,
        "quiz": lambda quiz_ids: _quizzes(quiz_ids, unsaved),
        "assignment": _assignments,
    }
    for name, look_up in lookups.items():
        fields = [field for lesson in found for field in lesson["fields"] if field["field"] == name]
        shown = look_up(each for field in fields for each in (field["before"], field["after"]))
        for field in fields:
            field["before"], field["after"] = shown.get(field["before"]), shown.get(field["after"])


def _show_books(found: list[FieldChange]) -> None:
    """Add the books to the entries of reading lists."""
    for field in found:
        if field["field"] == "reading_list":
            sides = (field["before"], field["after"])
            field["before"], field["after"] = (entries and reading.describe(entries) for entries in sides)


def _quizzes(quiz_ids: Iterable[ObjectId | None], unsaved: ShownQuizzes) -> dict[ObjectId | None, dict[str, object]]:
    """Return quizzes by id, each with a digest: settings that outlines do not show, and questions, may differ alone."""
    found = {**quiz_summaries.of(quiz_ids), **unsaved}
    return {quiz_id: {"digest": str(quiz_id), **quiz} for quiz_id, quiz in found.items()}


def _assignments(assignment_ids: Iterable[ObjectId | None]) -> dict[ObjectId | None, dict[str, object]]:
    """Return assignments by id, each with a digest: settings that outlines do not show may differ alone."""
    found = assignment_summaries.of(assignment_ids)
    return {each: {"digest": str(each), **assignment} for each, assignment in found.items()}
