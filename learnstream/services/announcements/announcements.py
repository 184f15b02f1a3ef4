"""Readings of announcements: those of a course or group, and those that a learner is told."""

from collections.abc import Collection, Mapping
from typing import Any

from bson import ObjectId

from learnstream.documents.announcement import Announcement, AnnouncementStatus, AnnouncementTarget, ToldAnnouncement
from learnstream.documents.projection import Projection
from learnstream.errors.announcements import NoSuchAnnouncement
from learnstream.policies import access, entitlements
from learnstream.services.delivery import catalogue
from learnstream.services.enrollment import member_groups
from learnstream.stores.keyset import Found, Keys, Part
from learnstream.stores.mongo import Expression

TOLD = Projection(Announcement, ToldAnnouncement)
# For the staff, the order in which they were written; for learners, that in which they were told.
WRITTEN = Keys(("created_at", -1), ("_id", -1))
LATEST = Keys(("published_at", -1), ("_id", -1))
PUBLISHED = {"status": AnnouncementStatus.PUBLISHED.value}


class OwnAnnouncement(ToldAnnouncement):
    """An announcement in a list of several courses and groups: `source` is the title of its course, or its group's name."""

    source: str


NONE: Found[OwnAnnouncement] = Found([])


def find(announcement_id: str) -> ToldAnnouncement:
    """Return an announcement.

    Raises:
        NoSuchAnnouncement: there is none.
    """
    announcement = TOLD.find_one({"_id": ObjectId(announcement_id)})
    if announcement is None:
        raise NoSuchAnnouncement()
    return announcement


def told(announcement_id: str) -> ToldAnnouncement | None:
    """Return an announcement that people may be told of: None if it is not, or no longer, published."""
    return TOLD.find_one({"_id": ObjectId(announcement_id), **PUBLISHED})


def is_for(user_id: int, announcement: AnnouncementTarget) -> bool:
    """Return whether a user is now one of those whom an announcement is for: with a live seat, or in its group."""
    if announcement["group_id"] is not None:
        return announcement["group_id"] in member_groups.names(user_id)
    return access.seat_error(entitlements.seat(user_id, str(announcement["course_id"]))) is None


def of_course(course_id: str) -> Expression:
    """Return the filter for the announcements of a course."""
    return {"course_id": ObjectId(course_id)}


def of_group(group_id: int) -> Expression:
    """Return the filter for the announcements of a group."""
    return {"group_id": group_id}


def published(target: Expression, *, part: Part) -> Found[ToldAnnouncement]:
    """Return a part of the published announcements of a course or group, the latest first."""
    return _part(target | PUBLISHED, LATEST, part)


def written(target: Expression, *, part: Part, status: AnnouncementStatus | None = None) -> Found[ToldAnnouncement]:
    """Return a part of the announcements of a course or group, in all states or one, newest first."""
    return _part(target | ({"status": status.value} if status else {}), WRITTEN, part)


def of_learner(user_id: int, *, part: Part) -> Found[OwnAnnouncement]:
    """Return a part of the published announcements of a user's courses and groups, the latest first."""
    names = member_groups.names(user_id)
    targets = [of_course(seat.course_id) for seat in access.seats(user_id, live=True)]
    # One index range for each, which MongoDB merges: with `$in`, an empty list makes it sort in memory.
    each_of = [target | PUBLISHED for target in (*targets, *map(of_group, names))]
    if not each_of:
        return NONE
    found = _part({"$or": each_of}, LATEST, part)
    return found.showing(_with_sources(found.entries, names))


def _with_sources(found: Collection[ToldAnnouncement], groups: Mapping[int, str]) -> list[OwnAnnouncement]:
    cards = catalogue.cards([str(each["course_id"]) for each in found if each["course_id"]])
    return [{**each, "source": _source(each, groups, cards)} for each in found]


def _source(announcement: ToldAnnouncement, groups: Mapping[int, str], cards: Mapping[str, Any]) -> str:
    if announcement["group_id"] is not None:
        return groups[announcement["group_id"]]
    card = cards.get(str(announcement["course_id"]))
    return card["title"] if card else ""


def _part(query: Expression, order: Keys, part: Part) -> Found[ToldAnnouncement]:
    # Uncounted: these lists are walked through by cursors alone.
    return order.cut(TOLD.find(order.part_of(query, part), sort=order.sort, limit=part.look), part)
