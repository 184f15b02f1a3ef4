"""What differs between versions of a course, and what publishing would mean for those who learn from it."""

from typing import Any

from flask import Response

from learnstream.blueprints.authoring import require_course_author
from learnstream.blueprints.course import COURSE_ID, LESSON_ID, MODULE_ID
from learnstream.blueprints.gate import caller
from learnstream.extensions import db
from learnstream.openapi import JSON, Blueprint
from learnstream.policies.access import NotYourCourse, require_draft
from learnstream.schemas.change import DifferenceSchema, DiffQuerySchema, MigrationRequestSchema, MigrationSchema
from learnstream.services import changes, courses, moving
from learnstream.services.content import dump
from learnstream.services.courses import NeverPublished, NoSuchCourse
from learnstream.services.moving import Migration, VersionIncomplete
from learnstream.services.versions import NoSuchLesson, NoSuchVersion

blp = Blueprint("change", __name__, description="What differs between versions, and what publishing one would mean.")

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
        }
    ],
    "counts": {
        "course_fields": 1,
        "modules_added": 0,
        "modules_removed": 0,
        "modules_changed": 0,
        "modules_moved": 0,
        "lessons_added": 0,
        "lessons_removed": 0,
        "lessons_changed": 1,
        "lessons_moved": 1,
        "videos_replaced": 1,
    },
}
MIGRATION = {"course_id": COURSE_ID, "version": 2, "moved": 1, "already_there": [9], "not_enrolled": []}


@blp.get("/courses/<object_id:course_id>/versions/diff")
@blp.arguments(DiffQuerySchema, location="query")
@blp.response(200, DifferenceSchema, example=DIFFERENCE)
@blp.refuses(NoSuchCourse, NoSuchVersion, NoSuchLesson)
def compare(query: dict[str, Any], course_id: str) -> Response:
    """Compare two versions of a course, or a version with the draft.

    Lessons and modules are recognised by their ids, so that one that was renamed or moved is not a new one. From the
    draft to a version it shows what restoring would do. For the course's instructors and administrators.
    """
    course = courses.view(course_id)
    require_draft(caller, course)
    query.setdefault("before", course.current_version)
    return _json(changes.between(course_id=course_id, **query))


@blp.post("/courses/<object_id:course_id>/learners/migrate")
@blp.arguments(MigrationRequestSchema, example={"to_version": 2, "user_ids": [7, 9]})
@blp.response(200, MigrationSchema, example=MIGRATION)
@blp.refuses(NoSuchCourse, NotYourCourse, NoSuchVersion, NeverPublished, VersionIncomplete)
def migrate(body: dict[str, Any], course_id: str) -> Migration:
    """Move learners who kept an earlier version to a later one.

    What they have done stays: progress belongs to lessons, which keep their ids. Nobody moves back to an earlier
    version, so repeating the request does no harm. For the course's instructors and administrators.
    """
    require_course_author(course_id)
    migration = moving.migrate(course_id=course_id, moved_by=caller.id, **body)
    db.session.commit()
    return migration


def _json(answer: dict[str, Any]) -> Response:
    response = Response(dump(answer), mimetype=JSON)
    response.headers["Cache-Control"] = "private, no-store"
    return response
