"""Comparing course versions, and migrating learners."""

from typing import Any

from flask import Response

from learnstream.blueprints.authoring import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
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
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "version_diff",
    __name__,
    position=90,
    title="Courses: comparing versions",
    description="Differences between versions, and moving learners to a later one.",
)


@blp.get("/courses/<object_id:course_id>/versions/diff")
@blp.arguments(DiffQuerySchema, location="query")
@blp.response(200, DifferenceSchema, example=examples.DIFFERENCE)
@blp.raises(NoSuchCourse, NoSuchVersion, NoSuchLesson)
def compare_versions(query: dict[str, Any], course_id: str) -> Response:
    """Compare two versions of a course, or a version with the draft.

    Lessons and modules are matched by id, so a renamed or moved one is not reported as new. A comparison from the draft
    to a version shows what restoring that version would change. For the course's instructors and administrators.
    """
    course = courses.view(course_id)
    require_draft(caller, course)
    query.setdefault("before", course.current_version)
    return private_json(version_diff.between(course_id=course_id, **query))


@blp.post("/courses/<object_id:course_id>/learners/migrate")
@blp.arguments(MigrationRequestSchema, example=examples.MIGRATION_REQUEST)
@confirms_caller
@commits()
@blp.response(200, MigrationSchema, example=examples.MIGRATION)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchVersion, NeverPublished, VersionIncomplete)
def migrate_learners(body: dict[str, Any], course_id: str) -> Migration:
    """Move learners who kept an earlier version to a later one.

    Their progress is kept, because it belongs to lessons, whose ids stay the same. Learners are never moved to an
    earlier version, so the request can be repeated safely. For the course's instructors and administrators.
    """
    require_course_author(course_id)
    return seat_migration.migrate(course_id=course_id, moved_by=caller.id, **body)
