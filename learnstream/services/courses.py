"""Courses: their drafts, and the little that rules need to know of them."""

import json
from collections.abc import Collection, Mapping, Sequence
from secrets import token_hex
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError
from slugify import slugify

from learnstream import cache
from learnstream.clock import now
from learnstream.documents import Course, CourseStatus
from learnstream.errors import Conflict, NotFound
from learnstream.policies.views import CourseView

FRESH_SECONDS = 30
MAX_SLUG = 80
SLUG_TRIES = 5

CARD_FIELDS = ("title", "slug", "cover")
CARD_PREFIX = "course-card:"
VIEW_FIELDS = {"status": 1, "instructor_ids": 1, "current_version": 1, "revision": 1}
# Histories and catalogue copies may be long, and no draft needs them.
DRAFT_FIELDS = {"versions": 0, "published": 0}
BLANK: dict[str, Any] = {
    "summary": "",
    "description": "",
    "subject": "",
    "tags": [],
    "level": "",
    "language": "",
    "cover": "",
}

Draft = dict[str, Any]


class NoSuchCourse(NotFound):
    detail = "There is no such course."


class EditConflict(Conflict):
    code, detail = "edit_conflict", "Somebody else changed it meanwhile: read it again and repeat your change."


def view(course_id: str, *, latest: bool = False) -> CourseView:
    """Return a course as rules see it, up to half a minute old where a change could not be announced.

    With `latest` the store is asked, and the last known view serves only while it does not answer.

    Raises:
        NotFound: there is no such course.
    """
    packed = cache.remember(view_key(course_id), lambda: _load_view(course_id), fresh_for=FRESH_SECONDS, latest=latest)
    status, instructor_ids, current_version, revision = json.loads(packed)
    return CourseView(course_id, CourseStatus(status), tuple(instructor_ids), current_version, revision)


def view_of(course: Draft) -> CourseView:
    """Return a draft as rules see it."""
    return CourseView(
        id=str(course["_id"]),
        status=CourseStatus(course["status"]),
        instructor_ids=tuple(course["instructor_ids"]),
        current_version=course["current_version"],
        revision=course["revision"],
    )


def cards(course_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what lists show of courses, by id: `title`, `slug`, `cover`, `status`, as of their current versions.

    One query for all that are not cached. A course that is gone is left out, as is one that was never seen while the
    store does not answer.
    """
    found = cache.remember_each([_card_key(each) for each in course_ids], _load_cards, fresh_for=FRESH_SECONDS)
    return {key.removeprefix(CARD_PREFIX): json.loads(card) for key, card in found.items()}


def create(*, created_by: int, title: str, **fields: Any) -> Draft:
    """Make a draft; its maker is its first instructor. `fields` are a course's metadata."""
    course: Draft = {
        **BLANK,
        **fields,
        "_id": ObjectId(),
        "title": title,
        "instructor_ids": [created_by],
        "modules": [],
        "status": CourseStatus.DRAFT.value,
        "revision": 1,
        "current_version": 0,
        "versions": [],
        "created_by": created_by,
        "created_at": now(),
        "updated_at": now(),
    }
    return _with_free_slug(title, lambda slug: _insert(course | {"slug": slug}))


def draft(course_id: str, *, expect: Collection[int] | None = None) -> Draft:
    """Return a course's draft, which must have one of the expected revisions if any are given.

    Raises:
        NotFound: there is no such course.
        EditConflict: its revision is not an expected one.
    """
    course = Course.collection().find_one({"_id": ObjectId(course_id)}, DRAFT_FIELDS)
    if course is None or course["status"] == CourseStatus.DELETED:
        raise NoSuchCourse()
    if expect is not None and course["revision"] not in expect:
        raise EditConflict()
    return course


def change(course: Draft, update: Mapping[str, Any]) -> Draft:
    """Apply an update to a draft, provided nobody else has since it was read, and return what became of it.

    Raises:
        EditConflict: somebody else was faster.
    """
    changed = Course.collection().find_one_and_update(
        {"_id": course["_id"], "revision": course["revision"]},
        {**update, "$inc": {"revision": 1}, "$set": {**update.get("$set", {}), "updated_at": now()}},
        DRAFT_FIELDS,
        return_document=ReturnDocument.AFTER,
    )
    if changed is None:
        raise EditConflict()
    forget(str(course["_id"]))
    return changed


def forget(course_id: str) -> None:
    """Drop what is cached of a course for rules and lists."""
    cache.invalidate(view_key(course_id), _card_key(course_id))


def view_key(course_id: str) -> str:
    return f"course-view:{course_id}"


def _load_view(course_id: str) -> bytes:
    course = Course.collection().find_one({"_id": ObjectId(course_id)}, VIEW_FIELDS)
    if course is None or course["status"] == CourseStatus.DELETED:
        raise NoSuchCourse()
    return json.dumps([course[name] for name in VIEW_FIELDS]).encode()


def _load_cards(keys: Sequence[str]) -> dict[str, bytes]:
    ids = [ObjectId(key.removeprefix(CARD_PREFIX)) for key in keys]
    shown = {f"published.{name}": 1 for name in CARD_FIELDS} | {"status": 1}
    found = Course.collection().find({"_id": {"$in": ids}, "status": {"$ne": CourseStatus.DELETED.value}}, shown)
    return {_card_key(str(course["_id"])): _pack_card(course) for course in found}


def _pack_card(course: Draft) -> bytes:
    return json.dumps({name: course["published"][name] for name in CARD_FIELDS} | {"status": course["status"]}).encode()


def _card_key(course_id: str) -> str:
    return CARD_PREFIX + course_id


def _insert(course: Draft) -> Draft:
    Course.collection().insert_one(course)
    return course


def _with_free_slug(title: str, write: Any) -> Draft:
    """Try the plain slug of a title, then slugs with a random end: the unique index decides which one is free."""
    plain = slugify(title, max_length=MAX_SLUG, word_boundary=True) or "course"
    for slug in [plain, *(f"{plain}-{token_hex(3)}" for _ in range(SLUG_TRIES))]:
        try:
            return write(slug)
        except DuplicateKeyError:
            continue
    raise EditConflict()
