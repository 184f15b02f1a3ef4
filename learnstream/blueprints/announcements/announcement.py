"""Announcements to the learners of courses and groups."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.announcements.require_announcement import (
    is_course_staff,
    require_author,
    require_reader,
)
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller, prefetches
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.blueprints.common.require_group import require_visible_group
from learnstream.documents.announcement import AnnouncementStatus, ToldAnnouncement
from learnstream.errors.announcements import AlreadyPublished, AnnouncementWithdrawn, NoSuchAnnouncement
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import EnrollmentExpired, NoSuchGroup, NotEnrolled
from learnstream.policies import entitlements
from learnstream.schemas.announcements.announcement import (
    AnnouncementCreateSchema,
    AnnouncementPatchSchema,
    AnnouncementQuerySchema,
    AnnouncementSchema,
    OwnAnnouncementSchema,
)
from learnstream.services.announcements import announcements, writing
from learnstream.services.announcements.announcements import OwnAnnouncement
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "announcement",
    __name__,
    position=148,
    title="Announcements",
    description="What the staff of a course or group tell its learners.",
)
Revised = tuple[ToldAnnouncement, dict[str, str]]


@blp.post("/courses/<object_id:course_id>/announcements")
@blp.arguments(AnnouncementCreateSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, AnnouncementSchema, headers=etag.CREATED)
@blp.raises(NoSuchCourse, NotYourCourse)
def create_course_announcement(body: dict[str, Any], course_id: str) -> Revised:
    """Write an announcement to the learners of a course.

    A draft, unless it is to be published now or at a time. For the course's instructors and administrators. Learners with
    a live enrollment see it once it is published, and are told of it as they chose.
    """
    require_course_author(course_id)
    return _created(writing.create(announcements.of_course(course_id), by=caller.id, **body))


@blp.get("/courses/<object_id:course_id>/announcements")
@prefetches(entitlements.seat_prefetch_keys)
@blp.arguments(AnnouncementQuerySchema, location="query")
@blp.response(200, AnnouncementSchema(many=True))
@blp.raises(NoSuchCourse, NotEnrolled, EnrollmentExpired)
@blp.paginate(CursorSchema)
def list_course_announcements(
    query: dict[str, AnnouncementStatus], course_id: str, page: Page
) -> Sequence[ToldAnnouncement]:
    """List the announcements of a course.

    To learners, the published ones, the latest first. To its instructors and administrators, those in all states, newest
    first.
    """
    target, part = announcements.of_course(course_id), requested_part(page)
    if is_course_staff(course_id):
        return entries(page, announcements.written(target, **query, part=part))
    return entries(page, announcements.published(target, part=part))


@blp.post("/admin/groups/<row_id:group_id>/announcements")
@blp.arguments(AnnouncementCreateSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, AnnouncementSchema, headers=etag.CREATED)
@blp.raises(NoSuchGroup)
def create_group_announcement(body: dict[str, Any], group_id: int) -> Revised:
    """Write an announcement to the members of a group.

    For administrators and the group's staff. Members see it in `GET /users/me/announcements` once it is published, as long
    as the group is not archived.
    """
    require_visible_group(group_id)
    return _created(writing.create(announcements.of_group(group_id), by=caller.id, **body))


@blp.get("/admin/groups/<row_id:group_id>/announcements")
@blp.arguments(AnnouncementQuerySchema, location="query")
@blp.response(200, AnnouncementSchema(many=True))
@blp.raises(NoSuchGroup)
@blp.paginate(CursorSchema)
def list_group_announcements(
    query: dict[str, AnnouncementStatus], group_id: int, page: Page
) -> Sequence[ToldAnnouncement]:
    """List the announcements of a group in all states, newest first.

    For administrators and the group's staff.
    """
    require_visible_group(group_id)
    target = announcements.of_group(group_id)
    return entries(page, announcements.written(target, **query, part=requested_part(page)))


@blp.get("/users/me/announcements")
@prefetches(entitlements.seats_prefetch_keys)
@blp.response(200, OwnAnnouncementSchema(many=True))
@blp.paginate(CursorSchema)
def list_my_announcements(page: Page) -> Sequence[OwnAnnouncement]:
    """List the announcements to the caller, the latest first.

    Of the courses in which they are enrolled, and of the groups that they are in.
    """
    return entries(page, announcements.of_learner(caller.id, part=requested_part(page)))


@blp.get("/announcements/<object_id:announcement_id>")
@blp.response(200, AnnouncementSchema, headers=etag.ETAG)
@blp.raises(NoSuchAnnouncement)
def read_announcement(announcement_id: str) -> Revised:
    """Get an announcement.

    Its staff see it in all states, those whom it is for once it is published; to others it does not exist.
    """
    return _revised(require_reader(announcement_id))


@blp.patch("/announcements/<object_id:announcement_id>")
@blp.arguments(AnnouncementPatchSchema)
@confirms_caller
@blp.response(200, AnnouncementSchema)
@blp.raises(NoSuchAnnouncement, AlreadyPublished, AnnouncementWithdrawn)
@etag.conditional
def update_announcement(body: dict[str, Any], announcement_id: str, expect: etag.Revisions) -> Revised:
    """Edit an announcement, or change its time.

    Once it is published, `edited_at` says that it was edited, and nobody is told of it again. Without a time, a scheduled one
    is a draft again.
    """
    require_author(announcement_id)
    return _revised(writing.edit(announcement_id, expect=expect, **body))


@blp.post("/announcements/<object_id:announcement_id>/publish")
@confirms_caller
@blp.response(200, AnnouncementSchema)
@blp.raises(NoSuchAnnouncement, AnnouncementWithdrawn)
@etag.conditional
def publish_announcement(announcement_id: str, expect: etag.Revisions) -> Revised:
    """Publish an announcement now, whatever its time was.

    Repeating it changes nothing, and tells nobody again.
    """
    require_author(announcement_id)
    return _revised(writing.publish(announcement_id, by=caller.id, expect=expect))


@blp.delete("/announcements/<object_id:announcement_id>")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchAnnouncement)
@etag.conditional
def delete_announcement(announcement_id: str, expect: etag.Revisions) -> None:
    """Delete a draft or a scheduled announcement; withdraw a published one.

    Nobody but its staff sees a withdrawn one any more, and those who were not told of it yet are not.
    """
    require_author(announcement_id)
    writing.remove(announcement_id, by=caller.id, expect=expect)


def _revised(announcement: ToldAnnouncement) -> Revised:
    return announcement, etag.of(announcement)


def _created(announcement: ToldAnnouncement) -> Revised:
    return announcement, etag.of(announcement) | {"Location": f"/announcements/{announcement['_id']}"}
