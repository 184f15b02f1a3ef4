"""Comparing course versions, and migrating learners."""

from typing import Any

from flask import Response

from learnstream.blueprints.authoring.course import COURSE_ID, LESSON_ID, MODULE_ID
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
from learnstream.policies.access import require_draft
from learnstream.schemas.authoring.version_diff import (
    DifferenceSchema,
    DiffQuerySchema,
    MigrationRequestSchema,
    MigrationSchema,
)
from learnstream.services.authoring import courses, seat_migration, version_diff
from learnstream.services.authoring.seat_migration import Migration
from learnstream.stores.sql import db
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "version_diff",
    __name__,
    title="Courses: comparing versions",
    description="Differences between versions, and moving learners to a later one.",
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
