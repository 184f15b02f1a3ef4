"""Later deadlines of homework for learners and groups, for the course's staff."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_lesson_author
from learnstream.blueprints.homework import extension_examples as examples
from learnstream.errors.assignment_lessons import NotAnAssignmentLesson
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.extensions import NoSuchExtension
from learnstream.schemas.homework.extension import HomeworkExtensionSchema, HomeworkExtensionWriteSchema
from learnstream.schemas.learning.exceptions import ReasonSchema
from learnstream.services.homework import extensions
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "extension",
    __name__,
    position=172,
    title="Homework: extensions",
    url_prefix="/lessons/<object_id:lesson_id>/extensions",
    description="Later deadlines of homework, for single learners and for groups.",
)


@blp.get("")
@blp.lists(HomeworkExtensionSchema)
@blp.raises(NoSuchLesson, NotYourCourse)
def list_extensions(lesson_id: str, page: Page) -> Sequence[dict[str, Any]]:
    """List who has more time for homework, newest first.

    For the course's instructors and administrators.
    """
    require_lesson_author(lesson_id)
    return entries(page, extensions.browse(lesson_id, part=requested_part(page)))


@blp.post("")
@blp.arguments(HomeworkExtensionWriteSchema, example=examples.EXTENDED)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, HomeworkExtensionSchema)
@blp.raises(NoSuchLesson, NotYourCourse, NotAnAssignmentLesson)
def create_extension(body: dict[str, Any], lesson_id: str) -> dict[str, Any]:
    """Give a learner, or each member of a group, more time for homework.

    It takes the place of the time that they were given before. A learner who has more time as a member of groups too has
    the latest of each deadline. It holds with their next request, and the lateness of what was handed in already is computed
    anew.
    """
    require_lesson_author(lesson_id)
    return extensions.grant(lesson_id, by=caller.id, **body)


@blp.delete("/<row_id:extension_id>")
@blp.arguments(ReasonSchema, location="query")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchExtension)
def delete_extension(query: dict[str, str], lesson_id: str, extension_id: int) -> None:
    """Remove an extension.

    The lateness of what was handed in already is computed anew.
    """
    require_lesson_author(lesson_id)
    extensions.remove(lesson_id, extension_id, by=caller.id, **query)
