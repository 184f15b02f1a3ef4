"""A lesson's assignment: its settings in the draft; published versions keep theirs."""

from typing import Any, cast

from learnstream.blueprints.authoring import assignment_examples as examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import confirms_caller
from learnstream.blueprints.common.require_author import require_assignable_files, require_lesson_author
from learnstream.blueprints.common.require_reader import require_readable_draft
from learnstream.errors.assignment_lessons import NoAssignment, NotAnAssignmentLesson
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.files import FileNotReady, FileRefused
from learnstream.schemas.authoring.assignment import AssignmentInputSchema, AssignmentSchema
from learnstream.services.assignments.settings import DescribedSettings, GivenSettings
from learnstream.services.authoring import assignment_drafts
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "lesson_assignment",
    __name__,
    position=64,
    title="Lessons: assignment",
    url_prefix="/lessons",
    description="The settings of homework, for its authors.",
)


@blp.put("/<object_id:lesson_id>/assignment")
@blp.arguments(AssignmentInputSchema, example=examples.SETTINGS)
@confirms_caller
@blp.response(200, AssignmentSchema, example=examples.ASSIGNMENT)
@blp.raises(NoSuchLesson, NotYourCourse, NotAnAssignmentLesson, FileNotReady, FileRefused, examples.DUE_TOO_EARLY)
@etag.conditional
def replace_assignment(
    body: dict[str, Any], lesson_id: str, expect: etag.Revisions
) -> tuple[DescribedSettings, dict[str, str]]:
    """Set the assignment of the lesson's draft.

    The body is the whole assignment; what is absent has its default. Learners get it with the next publication.
    Submissions and grades keep the settings, and the rubric, under which they were made.
    """
    require_lesson_author(lesson_id)
    require_assignable_files(body["attachments"])
    lesson, assignment = assignment_drafts.save(lesson_id, cast(GivenSettings, body), expect=expect)
    return assignment, etag.of(lesson)


@blp.get("/<object_id:lesson_id>/assignment")
@blp.response(200, AssignmentSchema, example=examples.ASSIGNMENT)
@blp.raises(NoSuchLesson, NotAnAssignmentLesson, NoAssignment)
def read_assignment(lesson_id: str) -> tuple[DescribedSettings, dict[str, str]]:
    """Get the assignment of the lesson's draft.

    For the course's instructors and administrators. The `ETag` is that of the lesson's draft. Learners find the published
    assignment in the lesson.
    """
    lesson = require_readable_draft(lesson_id)
    return assignment_drafts.read(lesson), etag.of(lesson)


@blp.delete("/<object_id:lesson_id>/assignment")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchLesson, NotYourCourse, NotAnAssignmentLesson, NoAssignment)
@etag.conditional
def delete_assignment(lesson_id: str, expect: etag.Revisions) -> tuple[None, dict[str, str]]:
    """Remove the assignment from the lesson's draft.

    Published versions keep it, and so do the submissions for it.
    """
    require_lesson_author(lesson_id)
    return None, etag.of(assignment_drafts.remove(lesson_id, expect=expect))
