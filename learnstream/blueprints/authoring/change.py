"""Comparing course versions, previewing a publication, and migrating learners."""

from typing import Any

from flask import Response

from learnstream.blueprints.authoring.course import COURSE_ID, LESSON_ID, MODULE_ID
from learnstream.blueprints.authoring.version import PUBLICATION
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.authoring import (
    NeverPublished,
    NoSuchCourse,
    NoSuchLesson,
    NoSuchVersion,
    NotYourCourse,
    VersionIncomplete,
)
from learnstream.policies.access import require_can_edit_course, require_draft
from learnstream.schemas.authoring.change import (
    DifferenceSchema,
    DiffQuerySchema,
    MigrationRequestSchema,
    MigrationSchema,
    PreviewQuerySchema,
    PreviewSchema,
)
from learnstream.services.analytics import publish_preview
from learnstream.services.authoring import courses, seat_migration, version_diff
from learnstream.services.authoring.publishing import Learners
from learnstream.services.authoring.seat_migration import Migration
from learnstream.stores.sql import db
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import NumberedSchema, Page

blp = Blueprint(
    "change",
    __name__,
    title="Courses: comparing versions",
    description="Differences between versions, and the effects of publishing a draft.",
)

OLD_VIDEO = {"id": "6560f3a2c1d4e5f6a7b8c9d3", "status": "ready", "duration": 312.4}
NEW_VIDEO = {"id": "6560f3a2c1d4e5f6a7b8c9d4", "status": "ready", "duration": 287.0}
PLACE = {"module_id": MODULE_ID, "module_title": "The sky above us", "position": 1}
DIFFERENCE = {
    "from": 1,
    "to": "draft",
    "course": [{"field": "title", "before": "Astronomy", "after": "Astronomy for beginners"}],
    "modules": [],
    "lessons": [
        {
            "id": LESSON_ID,
            "title": "Why the moon has phases",
            "kind": "video",
            "change": "changed",
            "moved": True,
            "video_replaced": True,
            "before": PLACE | {"position": 2},
            "after": PLACE,
            "fields": [{"field": "video", "before": OLD_VIDEO, "after": NEW_VIDEO}],
        },
        {
            "id": "6560f3a2c1d4e5f6a7b8c9d5",
            "title": "An old calendar",
            "kind": "text",
            "change": "removed",
            "moved": False,
            "video_replaced": False,
            "before": PLACE,
            "after": None,
            "fields": [],
        },
    ],
    "counts": {
        "course_fields": 1,
        "modules_added": 0,
        "modules_removed": 0,
        "modules_changed": 0,
        "modules_moved": 0,
        "lessons_added": 0,
        "lessons_removed": 1,
        "lessons_changed": 1,
        "lessons_moved": 1,
        "videos_replaced": 1,
    },
}
PREVIEW = {
    "version": 2,
    "publishable": True,
    "changes": DIFFERENCE,
    "warnings": PUBLICATION["warnings"],
    "seats": {"live": 240, "completed": 31, "by_version": [{"version": 1, "seats": 240}]},
    "effects": {
        "migrate": {
            "moving": 240,
            "counted": 240,
            "rising": 12,
            "falling": 70,
            "completing": 2,
            "kept_open": 1,
            "closing": 0,
        },
        "keep": {"moving": 0, "counted": 0, "rising": 0, "falling": 0, "completing": 0, "kept_open": 0, "closing": 0},
    },
    "learners": "migrate",
    "affected": [
        {
            "user_id": 7,
            "name": "Lea Lang",
            "version": 1,
            "before": {"fraction": 0.75, "completed": False, "completed_lessons": 3, "lesson_count": 4},
            "after": {"fraction": 1.0, "completed": True, "completed_lessons": 3, "lesson_count": 3},
            "kept_open": [LESSON_ID],
            "closing": [],
        }
    ],
    "as_of": "2026-04-11T15:59:30+00:00",
}
MIGRATION = {"course_id": COURSE_ID, "version": 2, "moved": 1, "already_there": [9], "not_enrolled": []}


@blp.get("/courses/<object_id:course_id>/versions/diff")
@blp.arguments(DiffQuerySchema, location="query")
@blp.response(200, DifferenceSchema, example=DIFFERENCE)
@blp.raises(NoSuchCourse, NoSuchVersion, NoSuchLesson)
def compare(query: dict[str, Any], course_id: str) -> Response:
    """Compare two versions of a course, or a version with the draft.

    Lessons and modules are matched by id, so a renamed or moved one is not reported as new. A comparison from the draft
    to a version shows what restoring that version would change. For the course's instructors and administrators.
    """
    course = courses.view(course_id)
    require_draft(caller, course)
    query.setdefault("before", course.current_version)
    return private_json(version_diff.between(course_id=course_id, **query))


@blp.get("/courses/<object_id:course_id>/publish-preview")
@blp.arguments(PreviewQuerySchema, location="query")
@blp.response(200, PreviewSchema, example=PREVIEW, headers=etag.ETAG)
@blp.raises(NoSuchCourse, NotYourCourse)
@blp.paginate(NumberedSchema)
def preview(query: dict[str, str], course_id: str, page: Page) -> tuple[Response, dict[str, str]]:
    """Preview what publishing the draft would change, and for which learners.

    Pagination applies to `affected`. The `ETag` is the draft's: send it as `If-Match` with POST …/publish to get 412
    if the draft has changed since. For the course's instructors and administrators.
    """
    require_can_edit_course(caller, courses.view(course_id))
    found = publish_preview.of(
        course_id=course_id,
        learners=Learners(query["learners"]),
        first=page.first,
        size=page.size,
    )
    page.total = found.total
    return private_json(found.answer), etag.of(found.course)


@blp.post("/courses/<object_id:course_id>/learners/migrate")
@blp.arguments(MigrationRequestSchema, example={"to_version": 2, "user_ids": [7, 9]})
@blp.response(200, MigrationSchema, example=MIGRATION)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchVersion, NeverPublished, VersionIncomplete)
@confirms_caller
def migrate(body: dict[str, Any], course_id: str) -> Migration:
    """Move learners who kept an earlier version to a later one.

    Their progress is kept, because it belongs to lessons, whose ids stay the same. Learners are never moved to an
    earlier version, so the request can be repeated safely. For the course's instructors and administrators.
    """
    require_course_author(course_id)
    migration = seat_migration.migrate(course_id=course_id, moved_by=caller.id, **body)
    db.session.commit()
    return migration
