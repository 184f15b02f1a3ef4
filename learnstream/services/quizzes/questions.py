"""The questions of courses: their changes, and the versions that these make.

A version is written before the question that refers to it, in one update. One that a crash left without its question is
in no list, and nothing refers to it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents.projection import Projection, pick
from learnstream.documents.question import (
    AuthoredQuestion,
    ListedQuestion,
    Question,
    QuestionKind,
    StoredQuestion,
    StoredQuestionVersion,
)
from learnstream.errors.authoring import EditConflict
from learnstream.errors.questions import (
    MAX_QUESTIONS,
    InvalidContent,
    NoSuchQuestion,
    QuestionKeyTaken,
    TooManyQuestions,
)
from learnstream.services.foundation.content import dump
from learnstream.services.media import attachments
from learnstream.services.quizzes import kinds, question_media, question_versions
from learnstream.services.quizzes.version import Version
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression
from learnstream.text import folding

STORED = Projection(Question, StoredQuestion)
LISTED = Projection(Question, ListedQuestion)
NEWEST = Keys(("created_at", -1), ("_id", 1))
MAX_WORDS = 500
# Bytes as JSON. Processes cache hundreds of contents.
MAX_CONTENT = 64_000
NEW: AuthoredQuestion = {"stem": "", "media": [], "explanation": "", "tags": [], "content": {}}


class DescribedQuestion(ListedQuestion, AuthoredQuestion):
    """A question with its current version."""


def find(question_id: str, *, expect: Collection[int] | None = None) -> StoredQuestion:
    """Return a question, checked against the expected revisions if any are given.

    Raises:
        NoSuchQuestion: there is none.
        EditConflict: its revision is none of the expected ones.
    """
    question = STORED.find_one({"_id": ObjectId(question_id)})
    if question is None:
        raise NoSuchQuestion()
    if expect is not None and question["revision"] not in expect:
        raise EditConflict()
    return question


def describe(question: ListedQuestion) -> DescribedQuestion:
    """Return a question with its current version, as authors see it."""
    return describe_all([question])[0]


def describe_all(questions: Sequence[ListedQuestion]) -> list[DescribedQuestion]:
    """Return questions with their current versions."""
    versions = question_versions.stored([question["version_id"] for question in questions])
    return [
        {**pick(ListedQuestion, question), **pick(AuthoredQuestion, versions[question["version_id"]])}
        for question in questions
    ]


def browse(course_id: str, *, part: Part, **filters: Any) -> Found[DescribedQuestion]:
    """Return a part of a course's questions, newest first. `filters` are those of `matching`."""
    wanted = NEWEST.part_of(matching(course_id, **filters), part)
    found = NEWEST.cut(LISTED.find(wanted, sort=NEWEST.sort, limit=part.look), part)
    return found.showing(describe_all(found.entries))


def matching(
    course_id: str,
    *,
    kind: QuestionKind | None = None,
    tag: str | None = None,
    query: str = "",
    archived: bool = False,
) -> Expression:
    """Return the filter for questions of a course.

    query: the question must have a word that begins with each of these.
    """
    wanted: Expression = {"course_id": ObjectId(course_id), "archived_at": {"$type": "date"} if archived else None}
    if kind:
        wanted["kind"] = kind.value
    if tag:
        wanted["tags"] = tag
    if words := folding.words(query):
        wanted["$and"] = [{"words": {"$regex": f"^{word}"}} for word in words]
    return wanted


def versions(ids: Collection[str]) -> dict[str, Version]:
    """Return versions by their ids, from the caches where they are known.

    Raises:
        NoSuchQuestionVersion: there is none with one of the ids.
    """
    return question_versions.facts(ids)


def create(
    *, course_id: str, created_by: int, kind: QuestionKind, key: str | None = None, **authored: Any
) -> StoredQuestion:
    """Create a question.

    key: identifies it in imports.
    authored: fields of `AuthoredQuestion`.

    Raises:
        InvalidContent: the content is not valid for the kind.
        InvalidMedia, FileNotReady, FileRefused: see `question_media.hold`.
        TooManyQuestions, QuestionKeyTaken: the course can have no further question, or has one with this key.
    """
    _require_room(course_id)
    question_media.hold(authored.get("media", ()))
    about = {"course_id": ObjectId(course_id), "kind": kind.value, "created_by": created_by}
    question_id, fields = ObjectId(), NEW | _given(kind, authored)
    version = question_versions.write({**about, "question_id": question_id, "number": 1}, fields)
    question = STORED.complete(
        {
            **about,
            **({"key": key} if key else {}),
            **_current(version),
            "_id": question_id,
            "version_ids": [version["_id"]],
            "revision": 1,
            "created_at": version["created_at"],
            "updated_at": version["created_at"],
        }
    )
    try:
        Question.collection().insert_one(question)
    except DuplicateKeyError:
        question_versions.discard(version)
        raise QuestionKeyTaken() from None
    attachments.take_back(authored.get("media", ()))
    return question


def _require_room(course_id: str) -> None:
    of_course = {"course_id": ObjectId(course_id)}
    if Question.collection().count_documents(of_course, limit=MAX_QUESTIONS) >= MAX_QUESTIONS:
        raise TooManyQuestions()


def change(
    *, question_id: str, changes: Mapping[str, Any], changed_by: int, expect: Collection[int] | None = None
) -> StoredQuestion:
    """Replace fields of a question by a new version; if none differs, nothing changes.

    changes: fields of `AuthoredQuestion`, and whether it is `archived`.

    Raises:
        NoSuchQuestion: there is none.
        InvalidContent: the content is not valid for the kind.
        InvalidMedia, FileNotReady, FileRefused: see `question_media.hold`.
        EditConflict: the question has changed in the meantime.
    """
    question = find(question_id, expect=expect)
    fields = dict(changes)
    archival = _archival(question, fields.pop("archived", None))
    before = pick(AuthoredQuestion, describe(question))
    after = before | _given(QuestionKind(question["kind"]), fields)
    if after == before:
        return _update(question, archival) if archival else question
    media = fields.get("media", ())
    question_media.hold(media)
    changed = _add_version(question, after, archival, by=changed_by)
    attachments.take_back(media)
    return changed


def _add_version(
    question: StoredQuestion, authored: AuthoredQuestion, fields: Expression, *, by: int
) -> StoredQuestion:
    about = {"question_id": question["_id"], "course_id": question["course_id"], "kind": question["kind"]}
    version = question_versions.write({**about, "number": question["number"] + 1, "created_by": by}, authored)
    try:
        return _update(question, fields | _current(version), {"version_ids": version["_id"]})
    except EditConflict:
        question_versions.discard(version)
        raise


def archive(question_id: str, *, expect: Collection[int] | None = None) -> StoredQuestion:
    """Archive a question; published versions and attempts still show it. Repeating it changes nothing.

    Raises:
        NoSuchQuestion: there is none.
        EditConflict: the question has changed in the meantime.
    """
    question = find(question_id, expect=expect)
    archival = _archival(question, True)
    return _update(question, archival) if archival else question


def _archival(question: StoredQuestion, archived: bool | None) -> Expression:
    """Return the fields that change if a question is to be archived or not."""
    if archived is None or archived == bool(question["archived_at"]):
        return {}
    return {"archived_at": now() if archived else None}


def _given(kind: QuestionKind, changes: Mapping[str, Any]) -> AuthoredQuestion:
    """Return the given fields as they are stored."""
    given = dict(changes)
    if "media" in given:
        given["media"] = [ObjectId(each) for each in given["media"]]
    if "content" in given:
        given["content"] = _complete(kind, given["content"])
    return cast(AuthoredQuestion, given)


def _complete(kind: QuestionKind, content: dict[str, Any]) -> dict[str, Any]:
    completed = kinds.of(kind).complete(content)
    if len(dump(completed)) > MAX_CONTENT:
        raise InvalidContent(f"Must have at most {MAX_CONTENT:,} bytes as JSON.")
    return completed


def _current(version: StoredQuestionVersion) -> Expression:
    """Return what a question says about its current version."""
    texts = [version["stem"], *version["tags"]]
    return {
        "number": version["number"],
        "version_id": version["_id"],
        "tags": version["tags"],
        "words": folding.words(" ".join(texts))[:MAX_WORDS],
    }


def _update(question: StoredQuestion, fields: Expression, pushed: Expression | None = None) -> StoredQuestion:
    changed = Question.collection().find_one_and_update(
        {"_id": question["_id"], "revision": question["revision"]},
        {
            "$set": {**fields, "updated_at": now()},
            "$inc": {"revision": 1},
            **({"$push": pushed} if pushed else {}),
        },
        return_document=ReturnDocument.AFTER,
    )
    if changed is None:
        raise EditConflict()
    return STORED.complete(changed)
