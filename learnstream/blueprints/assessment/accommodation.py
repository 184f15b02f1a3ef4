"""The extra time and attempts that learners and groups have in a quiz, for the course's staff."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.assessment import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import require_lesson_author
from learnstream.errors.accommodations import NoSuchAccommodation
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.quiz_lessons import NotAQuizLesson
from learnstream.schemas.assessment.accommodation import AccommodationSchema, AccommodationWriteSchema
from learnstream.schemas.learning.exceptions import ReasonSchema
from learnstream.services.assessment import accommodations
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "accommodation",
    __name__,
    position=165,
    title="Quizzes: accommodations",
    url_prefix="/lessons/<object_id:lesson_id>/accommodations",
    description="More time and attempts in a quiz, for single learners and for groups.",
)


@blp.get("")
@blp.lists(AccommodationSchema)
@blp.raises(NoSuchLesson, NotYourCourse)
def list_accommodations(lesson_id: str, page: Page) -> Sequence[dict[str, Any]]:
    """List who has more time or attempts in a quiz, newest first.

    What learners have in all quizzes is not among them. For the course's instructors and administrators.
    """
    require_lesson_author(lesson_id)
    return entries(page, accommodations.browse(lesson_id, part=requested_part(page)))


@blp.post("")
@blp.arguments(AccommodationWriteSchema, example=examples.ACCOMMODATED)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, AccommodationSchema)
@blp.raises(NoSuchLesson, NotYourCourse, NotAQuizLesson)
def create_accommodation(body: dict[str, Any], lesson_id: str) -> dict[str, Any]:
    """Grant a learner, or each member of a group, more time or attempts in a quiz.

    It takes the place of what they were granted in this quiz before. A learner who has some as a member of groups too has
    the most of each kind. It holds with their next request, and an attempt that is in progress ends accordingly later.
    """
    require_lesson_author(lesson_id)
    return accommodations.grant(lesson_id, by=caller.id, **body)


@blp.delete("/<row_id:accommodation_id>")
@blp.arguments(ReasonSchema, location="query")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchLesson, NotYourCourse, NoSuchAccommodation)
def delete_accommodation(query: dict[str, str], lesson_id: str, accommodation_id: int) -> None:
    """Remove an accommodation.

    An attempt that is in progress ends accordingly sooner, but not in the past.
    """
    require_lesson_author(lesson_id)
    accommodations.remove(lesson_id, accommodation_id, by=caller.id, **query)
