"""Courses: their drafts, and the little that rules need to know of them."""

from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import Any

import orjson
from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError
from slugify import slugify

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus
from learnstream.errors.authoring import EditConflict, NeverPublished, NoSuchCourse
from learnstream.models import EventType
from learnstream.policies.views import CourseView
from learnstream.services.authoring import course_log
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.foundation import locks
from learnstream.services.foundation.lists import documents_of
from learnstream.stores import cache
from learnstream.stores.keyset import Found, Keys, Part

TTL_SECONDS = 30
CATALOGUE = "catalogue"  # the cache's group of all pages of the catalogue
MAX_SLUG = 80
SLUG_TRIES = 5

CARD = "course-card:"
VIEW_FIELDS = {"status": 1, "instructor_ids": 1, "current_version": 1, "max_playback_rate": 1}
# Raised when the view has other fields: the release before, still running beside this one, could not read them.
VIEW_FORM = 2
SHOWN_FIELDS = {*VIEW_FIELDS, "published"}
# Histories and catalogue copies may be long, and no draft needs them.
DRAFT_FIELDS = {"versions": 0, "published": 0, "acts_due": 0}
LISTED_FIELDS = {**DRAFT_FIELDS, "modules": 0, "description": 0}
LAST_CHANGED = Keys(("updated_at", -1), ("_id", -1))
# What a course has of these if nothing was said, or if it was stored before there was such a field.
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


def view(course_id: str, *, latest: bool = False) -> CourseView:
    """Return a course as rules see it, up to half a minute old where a change could not be announced.

    With `latest` the store is asked, and the last known view serves only while it does not answer.

    Raises:
        NotFound: there is no such course.
    """
    packed = cache.get_or_load(view_key(course_id), lambda: _load_view(course_id), ttl=TTL_SECONDS, latest=latest)
    status, instructor_ids, current_version, max_playback_rate = orjson.loads(packed)
    return CourseView(course_id, CourseStatus(status), tuple(instructor_ids), current_version, max_playback_rate)


def view_of(course: Draft) -> CourseView:
    """Return a draft as rules see it."""
    return CourseView(
        id=str(course["_id"]),
        status=CourseStatus(course["status"]),
        instructor_ids=tuple(course["instructor_ids"]),
        current_version=course["current_version"],
        max_playback_rate=course.get("max_playback_rate"),
    )


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


def update(*, course_id: str, changed_by: int, changes: dict[str, Any], expect: Collection[int] | None = None) -> Draft:
    """Change a draft's metadata, and with `status` whether a published course takes new learners.

    Raises:
        NotFound: there is no such course.
        Conflict: `never_published`, a draft has no status to change; `edit_conflict`.
    """
    if "status" in changes:
        locks.lock_course(course_id)
    course = draft(course_id, expect=expect)
    if changes.get("status", course["status"]) != course["status"]:
        return change(course, {"$set": changes}, action=_reopening(course, changes["status"], changed_by))
    # Until somebody can have kept a link, the slug follows the title.
    if "title" in changes and not course["current_version"] and slug_of(changes["title"]) != slug_of(course["title"]):
        return _with_free_slug(changes["title"], lambda slug: change(course, {"$set": changes | {"slug": slug}}))
    return change(course, {"$set": changes})


def _reopening(course: Draft, status: str, changed_by: int) -> AuditedAction:
    if not course["current_version"]:
        raise NeverPublished()
    course_id = str(course["_id"])
    event_type = EventType.COURSE_ARCHIVED if status == CourseStatus.ARCHIVED else EventType.COURSE_REOPENED
    event = event_type, f"{course_id}:{course['revision'] + 1}", {"course_id": course_id}
    return AuditedAction(event_type.value, actor_id=changed_by, event=event)


def list_drafts(*, instructor_id: int | None, status: str | None, part: Part) -> Found[Draft]:
    """Return a part of the drafts of an instructor, or of everybody (None), last changed first."""
    query: dict[str, Any] = {"status": status or {"$ne": CourseStatus.DELETED.value}}
    if instructor_id is not None:
        query["instructor_ids"] = instructor_id
    return documents_of(Course, query, LISTED_FIELDS, LAST_CHANGED, part)


def change(course: Draft, update: Mapping[str, Any], *, action: AuditedAction | None = None) -> Draft:
    """Apply an update to a draft, provided nobody else has since it was read, and return what became of it.

    An act is accounted for in the present transaction, in which PostgreSQL must have answered already: a change that
    nobody can account for is not made.

    Raises:
        EditConflict: somebody else was faster.
    """
    due = course_log.pending(action, course_id=str(course["_id"]), revision=course["revision"] + 1) if action else None
    changed = Course.collection().find_one_and_update(
        {"_id": course["_id"], "revision": course["revision"]},
        {
            **update,
            "$inc": {"revision": 1},
            "$set": {**update.get("$set", {}), "updated_at": now()},
            "$push": {**update.get("$push", {}), **({"acts_due": due} if due else {})},
        },
        DRAFT_FIELDS,
        return_document=ReturnDocument.AFTER,
    )
    if changed is None:
        raise EditConflict()
    if due:
        course_log.record(str(course["_id"]), [due])
    # Most edits touch the draft alone: what others see of the course stays cached, and known if MongoDB goes down.
    if not update.get("$set", {}).keys().isdisjoint(SHOWN_FIELDS):
        invalidate(str(course["_id"]))
    return changed


def invalidate(course_id: str) -> None:
    """Drop what is cached of a course for rules and for everybody."""
    cache.invalidate(view_key(course_id), public_key(course_id), card_key(course_id), CATALOGUE)


def view_key(course_id: str) -> str:
    return f"course-view:{VIEW_FORM}:{course_id}"


def public_key(course_id: str) -> str:
    return f"course:{course_id}"


def card_key(course_id: str) -> str:
    return f"{CARD}{course_id}"


def _load_view(course_id: str) -> bytes:
    course = Course.collection().find_one({"_id": ObjectId(course_id)}, VIEW_FIELDS)
    if course is None or course["status"] == CourseStatus.DELETED:
        raise NoSuchCourse()
    return orjson.dumps([course.get(name) for name in VIEW_FIELDS])


def slug_of(title: str) -> str:
    return slugify(title, max_length=MAX_SLUG, word_boundary=True) or "course"


def _insert(course: Draft) -> Draft:
    Course.collection().insert_one(course)
    return course


def _with_free_slug(title: str, write: Any) -> Draft:
    """Try the plain slug of a title, then slugs with a random end: the unique index decides which one is free."""
    plain = slug_of(title)
    for slug in [plain, *(f"{plain}-{token_hex(3)}" for _ in range(SLUG_TRIES))]:
        try:
            return write(slug)
        except DuplicateKeyError:
            continue
    raise EditConflict()
