"""Writing, publishing and withdrawing announcements.

Each change is one update, on condition that the announcement was not changed since it was read: of an edit, a withdrawal
and the schedule that publishes it at the same moment, each sees what the others have done. What publishes it stores the
event with it, so that it is told once.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents.announcement import Announcement, AnnouncementStatus, ToldAnnouncement
from learnstream.errors.announcements import AlreadyPublished, AnnouncementBusy, AnnouncementWithdrawn
from learnstream.errors.authoring import EditConflict
from learnstream.services.analytics import pending_events
from learnstream.services.announcements import announcement_events, announcements
from learnstream.services.announcements.announcements import TOLD
from learnstream.services.foundation import tasks
from learnstream.services.foundation.tries import tries
from learnstream.stores.mongo import Expression

Expected = Collection[int] | None


def create(
    target: Expression,
    *,
    by: int,
    title: str,
    text: str,
    publish_at: datetime | None = None,
    is_published: bool = False,
) -> ToldAnnouncement:
    """Write an announcement: published at once, scheduled for `publish_at`, or else a draft.

    target: see `announcements.of_course` and `announcements.of_group`.
    """
    moment = now()
    announcement: Expression = {
        "_id": ObjectId(),
        **target,
        "title": title,
        "text": text,
        "status": _unpublished(publish_at).value,
        "publish_at": publish_at,
        "created_by": by,
        "revision": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    if is_published:
        fields, event = published(announcement, moment, by=by)
        announcement |= fields | {"pending_events": [event]}
    Announcement.collection().insert_one(announcement)
    if is_published:
        tell_soon()
    announcement.pop("pending_events", None)
    return TOLD.complete(announcement)


def edit(announcement_id: str, *, expect: Expected = None, **changes: Any) -> ToldAnnouncement:
    """Change the title, the text or the time of an announcement; without a time, it is a draft again.

    A published one shows when it was edited, and is told to nobody again.

    Raises:
        NoSuchAnnouncement: there is none.
        EditConflict: its revision is none of the expected ones.
        AlreadyPublished: it has no time to change.
        AnnouncementWithdrawn: it was withdrawn.
        AnnouncementBusy: others kept changing it meanwhile.
    """
    return _change(announcement_id, expect, lambda found: _edited(found, changes))


def publish(announcement_id: str, *, by: int, expect: Expected = None) -> ToldAnnouncement:
    """Publish an announcement now. One that is published stays as it is.

    Raises:
        NoSuchAnnouncement: there is none.
        EditConflict: its revision is none of the expected ones.
        AnnouncementWithdrawn: it was withdrawn.
        AnnouncementBusy: others kept changing it meanwhile.
    """
    stored = _change(announcement_id, expect, lambda found: _published_now(found, by))
    tell_soon()
    return stored


def remove(announcement_id: str, *, by: int, expect: Expected = None) -> None:
    """Withdraw a published announcement, so that nobody sees it or is told of it any more; delete any other one.

    Raises:
        NoSuchAnnouncement: there is none.
        EditConflict: its revision is none of the expected ones.
        AnnouncementBusy: others kept changing it meanwhile.
    """
    for _ in tries():
        found = _expected(announcement_id, expect)
        if found["status"] == AnnouncementStatus.WITHDRAWN or _is_removed(found, by):
            return
    raise AnnouncementBusy()


def published(announcement: Any, at: datetime, *, by: int) -> tuple[Expression, Expression]:
    """Return the fields that publishing an announcement sets, and its event."""
    fields: Expression = {"status": AnnouncementStatus.PUBLISHED.value, "published_at": at, "publish_at": None}
    return fields, dict(announcement_events.published(announcement, at, by=by))


def tell_soon() -> None:
    """Have a worker move the event of a published announcement to the feed."""
    tasks.queue(pending_events.TASK)


def _unpublished(publish_at: datetime | None) -> AnnouncementStatus:
    return AnnouncementStatus.SCHEDULED if publish_at else AnnouncementStatus.DRAFT


def _expected(announcement_id: str, expect: Expected) -> ToldAnnouncement:
    found = announcements.find(announcement_id)
    if expect is not None and found["revision"] not in expect:
        raise EditConflict()
    return found


def _change(
    announcement_id: str, expect: Expected, decide: Callable[[ToldAnnouncement], Expression | None]
) -> ToldAnnouncement:
    """Change an announcement as `decide` says of its present state, None being no change. Return it as it is then."""
    for _ in tries():
        found = _expected(announcement_id, expect)
        update = decide(found)
        if update is None:
            return found
        if stored := store(found, update):
            return stored
    raise AnnouncementBusy()


def store(found: ToldAnnouncement, update: Expression) -> ToldAnnouncement | None:
    """Store a change. Return the announcement as it is then; None if it was changed since it was read."""
    update = {**update, "$set": {**update["$set"], "updated_at": now()}, "$inc": {"revision": 1}}
    stored = Announcement.collection().find_one_and_update(
        _unchanged(found), update, TOLD.fields, return_document=ReturnDocument.AFTER
    )
    return None if stored is None else TOLD.complete(stored)


def _unchanged(found: ToldAnnouncement) -> Expression:
    return {"_id": found["_id"], "revision": found["revision"]}


def _edited(found: ToldAnnouncement, changes: dict[str, Any]) -> Expression | None:
    status = AnnouncementStatus(found["status"])
    if status is AnnouncementStatus.WITHDRAWN:
        raise AnnouncementWithdrawn()
    new = {name: value for name, value in changes.items() if value != found[name]}  # type: ignore[literal-required]
    if not new:
        return None
    if status is AnnouncementStatus.PUBLISHED:
        if "publish_at" in new:
            raise AlreadyPublished()
        return {"$set": {**new, "edited_at": now()}}
    return {"$set": {**new, "status": _unpublished(changes.get("publish_at", found["publish_at"])).value}}


def _published_now(found: ToldAnnouncement, by: int) -> Expression | None:
    if found["status"] == AnnouncementStatus.WITHDRAWN:
        raise AnnouncementWithdrawn()
    return None if found["status"] == AnnouncementStatus.PUBLISHED else publishing(found, now(), by=by)


def publishing(found: ToldAnnouncement, at: datetime, *, by: int) -> Expression:
    """Return the update that publishes an announcement."""
    fields, event = published(found, at, by=by)
    return {"$set": fields, "$push": {"pending_events": event}}


def _is_removed(found: ToldAnnouncement, by: int) -> bool:
    """Remove an announcement; return False if it was changed since it was read."""
    if found["status"] != AnnouncementStatus.PUBLISHED:
        return Announcement.collection().delete_one(_unchanged(found)).deleted_count == 1
    moment = now()
    fields = {"status": AnnouncementStatus.WITHDRAWN.value, "withdrawn_at": moment}
    event = announcement_events.withdrawn(found, moment, by=by)
    return store(found, {"$set": fields, "$push": {"pending_events": event}}) is not None
