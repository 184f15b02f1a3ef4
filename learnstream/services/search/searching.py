"""Searching for a caller: what everybody finds, and the texts of lessons that the caller may read."""

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any

import orjson
from bson import ObjectId

from learnstream.documents import BookStatus, Course, CourseStatus
from learnstream.documents.search_entry import FoundKind, Placed
from learnstream.errors import AppError
from learnstream.models import Role
from learnstream.policies import access
from learnstream.policies.views import Caller
from learnstream.services.books import cards
from learnstream.services.delivery import catalogue, visibility
from learnstream.services.foundation.content import Content, dump, pack, unpack
from learnstream.services.search import finding, hits, index, query, tokens
from learnstream.services.search.finding import Filters, Scope
from learnstream.services.search.hits import Hit
from learnstream.stores import cache
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.keyset import Part
from learnstream.stores.mongo import Expression

TTL_SECONDS = 30
SUGGESTIONS = 10
SUGGESTED = ("kind", "id", "title")


def search(caller: Caller | None, *, filters: Mapping[str, Any], part: Part) -> Content:
    """Return a part of what a caller finds; its fact `place` is the position of the last hit if any follow.

    A part may have fewer hits than requested although others follow: those that are not for the caller, or are
    archived or deleted by now, are left out.
    """
    scope = _scope_of(caller)
    # Which lessons are open differs between learners of the same courses.
    reader = None if caller is None or scope.is_empty else caller.id
    key = f"search:{_digest(filters, part.size, part.after, scope.key, reader)}"
    packed = cache.get_or_load_in(index.GROUP, key, lambda: _load(filters, scope, part), ttl=TTL_SECONDS)
    found = orjson.loads(packed)
    return unpack(pack(_shown(caller, found["hits"]), place=found["place"]))


def suggest(text: str) -> Content:
    """Return titles that a text may become: those whose words begin with its words, the best first."""
    key = f"suggestions:{_digest(text)}"
    packed = cache.get_or_load_in(index.GROUP, key, lambda: _load_suggestions(text), ttl=TTL_SECONDS)
    shown = {
        each["title"]: {name: each[name] for name in SUGGESTED} for each in reversed(_shown(None, orjson.loads(packed)))
    }
    return unpack(pack([*shown.values()][::-1]))


def _load_suggestions(text: str) -> bytes:
    asked = query.parse(text)
    found = finding.find(asked, Filters(), Scope(), Part(SUGGESTIONS), asked.title_tiers)
    return dump(hits.of(found.entries, ()))


def _scope_of(caller: Caller | None) -> Scope:
    """Return the courses whose texts a caller may read: of live seats, and those that they teach."""
    if caller is None:
        return Scope()
    if caller.is_admin:
        return Scope(None)
    try:
        seats = {ObjectId(seat.course_id) for seat in access.seats(caller.id, live=True)}
    except STORE_FAILURES:
        # What everybody finds stays available while seats cannot be read.
        seats = set()
    return Scope(frozenset(seats | _taught_by(caller)), partial(_may_read_entry, caller))


def _taught_by(caller: Caller) -> set[ObjectId]:
    if caller.role is not Role.INSTRUCTOR:
        return set()
    taught: list[Expression] = [{"instructor_ids": caller.id}, {"subject_id": {"$in": sorted(caller.subject_ids)}}]
    return {each["_id"] for each in Course.collection().find({"$or": taught}, {"_id": 1})}


def _load(filters: Mapping[str, Any], scope: Scope, part: Part) -> bytes:
    asked = query.parse(filters["q"])
    found = finding.find(asked, _filters(filters), scope, part)
    return dump({"hits": hits.of(found.entries, asked.terms), "place": found.position})


def _filters(filters: Mapping[str, Any]) -> Filters:
    language = filters.get("language", "").lower()
    wanted = (*([f"l:{language}"] if language else []), *tokens.of_subject(filters.get("subject_id")))
    return Filters(wanted, FoundKind(filters["kind"]) if filters.get("kind") else None)


def _shown(caller: Caller | None, found: Sequence[Hit]) -> list[dict[str, Any]]:
    course_cards = catalogue.cards({each["course_id"] for each in found if each["course_id"]})
    book_cards = cards.find([each["id"] for each in found if each["kind"] == FoundKind.BOOK])
    shown = []
    for each in found:
        course, book = course_cards.get(each["course_id"] or ""), book_cards.get(each["id"])
        if _is_shown(caller, each, course, book):
            shown.append(_describe(each, course, book))
    return shown


def _is_shown(caller: Caller | None, hit: Hit, course: catalogue.Card | None, book: cards.Card | None) -> bool:
    if hit["kind"] == FoundKind.BOOK:
        return book is not None and book["status"] == BookStatus.ACTIVE
    if course is None:
        return False
    if not hit["is_own"]:
        return course["status"] == CourseStatus.PUBLISHED
    return hit["kind"] == FoundKind.COURSE or _may_read(caller, hit["id"], hit["version"])


def _may_read_entry(caller: Caller, entry: Placed) -> bool:
    return entry["kind"] == FoundKind.COURSE or _may_read(caller, str(entry["_id"]), entry["version"])


def _may_read(caller: Caller | None, lesson_id: str, version: int) -> bool:
    """Return whether the caller may read the lesson now, in the version in which it was found."""
    try:
        lesson = visibility.resolve(lesson_id, caller)
        access.require_lesson_access(caller, lesson.view, seat=lesson.seat)
    except (AppError, *STORE_FAILURES):
        return False
    return lesson.version == version


def _describe(hit: Hit, course: catalogue.Card | None, book: cards.Card | None) -> dict[str, Any]:
    return {
        "kind": hit["kind"],
        "id": hit["id"],
        "title": hit["title"],
        "snippet": hit["snippet"],
        "path": hit["path"],
        "course": course and {"id": hit["course_id"], **course},
        "book": book and {name: book[name] for name in ("authors", "cover", "isbn")},
    }


def _digest(*parts: Any) -> str:
    return blake2b(dump(parts), digest_size=12).hexdigest()
