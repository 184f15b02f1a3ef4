"""Course drafts, and the views of courses that policies check."""

from collections.abc import Callable, Collection, Mapping
from secrets import token_hex
from typing import Any, TypedDict

import orjson
from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError
from slugify import slugify

from learnstream.clock import now
from learnstream.documents import Course, CourseStatus
from learnstream.documents.course import CourseDraft, ListedDraft
from learnstream.documents.projection import Projection, names_of
from learnstream.errors.authoring import EditConflict, NeverPublished, NoSuchCourse
from learnstream.models import EventType
from learnstream.policies.views import CourseView
from learnstream.services.authoring import course_log, subjects
from learnstream.services.authoring.course_log import AuditedAction
from learnstream.services.foundation import locks
from learnstream.services.foundation.lists import documents_of
from learnstream.services.media import photos
from learnstream.stores import cache
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

TTL_SECONDS = 30
CATALOGUE = "catalogue"  # the cache group of all catalogue pages
MAX_SLUG = 80
SLUG_ATTEMPTS = 5

CARD = "course-card:"


class ViewFields(TypedDict):
    """The fields of which a view consists."""

    status: str
    instructor_ids: list[int]
    current_version: int
    max_playback_rate: float | None
    subject_id: int | None


VIEW = Projection(Course, ViewFields)
# Incremented when the view's fields change: during a deployment the previous release could not read the new format.
VIEW_FORMAT = 3
SHOWN_FIELDS = {*names_of(ViewFields), "published"}
DRAFT = Projection(Course, CourseDraft)
LISTED = Projection(Course, ListedDraft)
BY_LAST_CHANGE = Keys(("updated_at", -1), ("_id", -1))


def view(course_id: str, *, latest: bool = False) -> CourseView:
    """Return a course as policies see it, up to 30 s stale if an invalidation was lost.

    With `latest` the store is read, and the cached view is used only while the store is down.

    Raises:
        NotFound: there is no such course.
    """
    packed = cache.get_or_load(view_key(course_id), lambda: _load_view(course_id), ttl=TTL_SECONDS, latest=latest)
    status, instructor_ids, *facts = orjson.loads(packed)
    return CourseView(course_id, CourseStatus(status), tuple(instructor_ids), *facts)


def view_of(course: CourseDraft) -> CourseView:
    """Return a draft as policies see it."""
    return CourseView(
        id=str(course["_id"]),
        status=CourseStatus(course["status"]),
        instructor_ids=tuple(course["instructor_ids"]),
        current_version=course["current_version"],
        max_playback_rate=course["max_playback_rate"],
        subject_id=course["subject_id"],
    )


def create(*, created_by: int, title: str, **fields: Any) -> CourseDraft:
    """Create a draft; the creator becomes the first instructor. `fields` are the course's metadata.

    Raises:
        Unprocessable: the cover is not a photo of the creator that is ready, or there is no such subject.
    """
    photos.hold_cover(fields.get("cover", ""), owner_id=created_by)
    course = {
        **fields,
        **subjects.link(fields),
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
    return _with_free_slug(title, lambda slug: _insert({**course, "slug": slug}))


def draft(course_id: str, *, expect: Collection[int] | None = None) -> CourseDraft:
    """Return a course's draft, checked against the expected revisions if any are given.

    Raises:
        NotFound: there is no such course.
        EditConflict: its revision is none of the expected ones.
    """
    course = DRAFT.find_one({"_id": ObjectId(course_id)})
    if course is None or course["status"] == CourseStatus.DELETED:
        raise NoSuchCourse()
    if expect is not None and course["revision"] not in expect:
        raise EditConflict()
    return course


def update(
    *, course_id: str, changed_by: int, changes: Mapping[str, Any], expect: Collection[int] | None = None
) -> CourseDraft:
    """Change a draft's metadata; `status` opens or closes a published course to new learners.

    Raises:
        NotFound: there is no such course.
        Unprocessable: a new cover is not a photo of theirs that is ready, or there is no such subject.
        Conflict: `never_published`, an unpublished course has no status to change; `edit_conflict`.
    """
    if "status" in changes:
        locks.lock_course(course_id)
    course = draft(course_id, expect=expect)
    # Another instructor's cover may be sent back unchanged.
    if changes.get("cover", course["cover"]) != course["cover"]:
        photos.hold_cover(changes["cover"], owner_id=changed_by)
    changes = {**changes, **subjects.link(changes)}
    if changes.get("status", course["status"]) != course["status"]:
        return change(course, {"$set": changes}, action=_status_change(course, changes["status"], changed_by))
    # The slug follows the title until the course is published: from then on links may exist.
    if "title" in changes and not course["current_version"] and slug_of(changes["title"]) != slug_of(course["title"]):
        return _with_free_slug(changes["title"], lambda slug: change(course, {"$set": {**changes, "slug": slug}}))
    return change(course, {"$set": changes})


def _status_change(course: CourseDraft, status: str, changed_by: int) -> AuditedAction:
    if not course["current_version"]:
        raise NeverPublished()
    course_id = str(course["_id"])
    event_type = EventType.COURSE_ARCHIVED if status == CourseStatus.ARCHIVED else EventType.COURSE_REOPENED
    event = event_type, f"{course_id}:{course['revision'] + 1}", {"course_id": course_id}
    return AuditedAction(event_type.value, actor_id=changed_by, event=event)


def list_drafts(
    *, instructor_id: int | None, subject_ids: Collection[int] = (), status: str | None, part: Part
) -> Found[ListedDraft]:
    """Return a page of an instructor's drafts, or of all drafts (None), most recently changed first.

    subject_ids: subjects whose courses the instructor teaches as well.
    """
    query: Expression = {"status": status or {"$ne": CourseStatus.DELETED.value}}
    if instructor_id is not None:
        mine: Expression = {"instructor_ids": instructor_id}
        query |= {"$or": [mine, {"subject_id": {"$in": list(subject_ids)}}]} if subject_ids else mine
    return documents_of(LISTED, query, BY_LAST_CHANGE, part)


def change(course: CourseDraft, update: Mapping[str, Any], *, action: AuditedAction | None = None) -> CourseDraft:
    """Apply an update to a draft unless it has changed since it was read, and return the result.

    An action is recorded in the current transaction. Callers query PostgreSQL in it first, so that no change is made
    which could not be recorded.

    Raises:
        EditConflict: the draft has changed since it was read.
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
        DRAFT.fields,
        return_document=ReturnDocument.AFTER,
    )
    if changed is None:
        raise EditConflict()
    if due:
        course_log.record(str(course["_id"]), [due])
    # Most edits touch the draft alone; then what readers see stays cached, also for an outage of MongoDB.
    if not update.get("$set", {}).keys().isdisjoint(SHOWN_FIELDS):
        invalidate(str(course["_id"]))
    return DRAFT.complete(changed)


def invalidate(course_id: str) -> None:
    """Invalidate everything cached about a course."""
    cache.invalidate(view_key(course_id), public_key(course_id), card_key(course_id), CATALOGUE)


def view_key(course_id: str) -> str:
    return f"course-view:{VIEW_FORMAT}:{course_id}"


def public_key(course_id: str) -> str:
    return f"course:{course_id}"


def card_key(course_id: str) -> str:
    return f"{CARD}{course_id}"


def _load_view(course_id: str) -> bytes:
    course = VIEW.find_one({"_id": ObjectId(course_id)})
    if course is None or course["status"] == CourseStatus.DELETED:
        raise NoSuchCourse()
    return orjson.dumps(
        [
            course["status"],
            course["instructor_ids"],
            course["current_version"],
            course["max_playback_rate"],
            course["subject_id"],
        ]
    )


def slug_of(title: str) -> str:
    return slugify(title, max_length=MAX_SLUG, word_boundary=True) or "course"


def _insert(given: dict[str, Any]) -> CourseDraft:
    course = DRAFT.complete(given)
    Course.collection().insert_one(course)
    return course


def _with_free_slug(title: str, write: Callable[[str], CourseDraft]) -> CourseDraft:
    """Try the plain slug of a title, then slugs with a random suffix: the unique index decides which one is free."""
    plain = slug_of(title)
    for slug in [plain, *(f"{plain}-{token_hex(3)}" for _ in range(SLUG_ATTEMPTS))]:
        try:
            return write(slug)
        except DuplicateKeyError:
            continue
    raise EditConflict()
