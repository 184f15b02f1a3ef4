"""Versions of questions. They never change, so each process memoizes their facts; the shared cache serves the others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import orjson
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.projection import Projection
from learnstream.documents.question import (
    AuthoredQuestion,
    QuestionKind,
    QuestionVersion,
    StoredQuestion,
    StoredQuestionVersion,
)
from learnstream.errors.questions import NoSuchQuestionVersion
from learnstream.services.foundation.content import dump
from learnstream.services.quizzes.version import Version
from learnstream.stores import cache
from learnstream.stores.keyset import Found, Part, latest
from learnstream.stores.memo import Memo

TTL_SECONDS = 3600
# The number changes with the cached facts, because the previous release may still be running.
KEY = "question:1:"
STORED = Projection(QuestionVersion, StoredQuestionVersion)

# Contents have at most `questions.MAX_CONTENT` bytes, most have a hundredth of that.
known: Memo[Version] = Memo(300)


def write(question: Mapping[str, Any], authored: AuthoredQuestion) -> StoredQuestionVersion:
    """Store a version, to which nothing refers yet. `question` has the other fields of the version."""
    version = cast(StoredQuestionVersion, {"_id": ObjectId(), **question, **authored, "created_at": now()})
    QuestionVersion.collection().insert_one(version)
    return version


def discard(version: StoredQuestionVersion) -> None:
    """Delete a version to which nothing refers."""
    QuestionVersion.collection().delete_one({"_id": version["_id"]})


def stored(ids: Collection[ObjectId]) -> dict[ObjectId, StoredQuestionVersion]:
    """Return versions by their ids.

    Raises:
        NoSuchQuestionVersion: there is none with one of the ids; their course is being deleted.
    """
    found = _find(ids)
    if len(found) < len(set(ids)):
        raise NoSuchQuestionVersion()
    return found


def _find(ids: Collection[ObjectId]) -> dict[ObjectId, StoredQuestionVersion]:
    return {each["_id"]: each for each in STORED.find({"_id": {"$in": list(ids)}})} if ids else {}


def history(question: StoredQuestion, *, part: Part) -> Found[StoredQuestionVersion]:
    """Return a part of a question's versions, newest first."""
    found = latest(enumerate(question["version_ids"], 1), lambda entry: (entry[0],), part)
    versions = stored([version_id for _, version_id in found.entries])
    return found.showing([versions[version_id] for _, version_id in found.entries])


def numbered(question: StoredQuestion, number: int) -> StoredQuestionVersion:
    """Return a version of a question by its number.

    Raises:
        NoSuchQuestionVersion: there is none.
    """
    if not 1 <= number <= len(question["version_ids"]):
        raise NoSuchQuestionVersion()
    version_id = question["version_ids"][number - 1]
    return stored([version_id])[version_id]


def facts(ids: Collection[str]) -> dict[str, Version]:
    """Return the facts of versions by their ids, in at most one round trip to each store.

    Raises:
        NoSuchQuestionVersion: there is none with one of the ids.
    """
    found = {version_id: version for version_id in ids if (version := known.get(version_id))}
    unknown = [KEY + version_id for version_id in dict.fromkeys(ids) if version_id not in found]
    for key, packed in cache.get_or_load_each(unknown, _load, ttl=TTL_SECONDS).items():
        version = _unpack(orjson.loads(packed))
        found[version.id] = version
        known.put(version.id, version)
        unknown.remove(key)
    if unknown:
        raise NoSuchQuestionVersion()
    return found


def _load(keys: Sequence[str]) -> dict[str, bytes]:
    versions = _find([ObjectId(key.removeprefix(KEY)) for key in keys])
    return {f"{KEY}{version_id}": dump(version) for version_id, version in versions.items()}


def _unpack(plain: dict[str, Any]) -> Version:
    return Version(
        id=plain["_id"],
        question_id=plain["question_id"],
        course_id=plain["course_id"],
        number=plain["number"],
        kind=QuestionKind(plain["kind"]),
        stem=plain["stem"],
        media=tuple(plain["media"]),
        explanation=plain["explanation"],
        tags=tuple(plain["tags"]),
        content=plain["content"],
    )
