"""What a person was told: listed, and marked as read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Notification
from learnstream.documents.notification import NoticeKind, ShownNotice, Target
from learnstream.documents.projection import Projection
from learnstream.services.messaging.notices import unread, wording
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

# In the order of the index.
NEWEST = Keys(("user_id", 1), ("_id", -1))


class ListedNotice(ShownNotice):
    """A notice and whose it is, which the order needs."""

    user_id: int


class Shown(TypedDict):
    """A notice as its recipient sees it; `text` is what it tells, in words."""

    id: str
    kind: str
    text: str
    facts: dict[str, Any]
    course_id: str | None
    target: Target
    count: int
    created_at: datetime
    updated_at: datetime
    read_at: datetime | None


LISTED = Projection(Notification, ListedNotice)


def browse(user_id: int, *, part: Part, only_unread: bool = False, kind: NoticeKind | None = None) -> Found[Shown]:
    """Return a part of what a person was told in the application, newest first.

    kind: only notices of this kind.
    """
    wanted: Expression = unread.query(user_id) if only_unread else {"user_id": user_id, "in_app": True}
    if kind:
        wanted["kind"] = kind.value
    documents = LISTED.find(NEWEST.part_of(wanted, part), sort=NEWEST.sort, limit=part.look)
    found = NEWEST.cut(documents, part)
    # Kinds of a newer release, which has run before or runs beside this one, cannot be put in words.
    return found.showing([_shown(each) for each in found.entries if each["kind"] in [*NoticeKind]])


def mark_read(user_id: int, *, ids: Collection[str] | None = None, before: datetime | None = None) -> int:
    """Mark notices as read; return how many are unread then.

    Ids of other notices than the person's own have no effect.

    ids: only these. before: only those that told nothing new after this time.
    """
    which: Expression = unread.query(user_id)
    if ids is not None:
        which["_id"] = {"$in": [ObjectId(each) for each in ids]}
    if before is not None:
        which["updated_at"] = {"$lte": before}
    Notification.collection().update_many(which, {"$set": {"read_at": now()}})
    unread.changed([user_id])
    return unread.count(user_id)


def _shown(notice: ShownNotice) -> Shown:
    return {
        "id": str(notice["_id"]),
        "kind": notice["kind"],
        "text": wording.text(notice),
        "facts": notice["facts"],
        "course_id": str(notice["course_id"]) if notice["course_id"] else None,
        "target": notice["target"],
        "count": notice["count"],
        "created_at": notice["created_at"],
        "updated_at": notice["updated_at"],
        "read_at": notice["read_at"],
    }
