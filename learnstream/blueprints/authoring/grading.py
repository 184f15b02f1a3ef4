"""How the total of a course follows from its grades: the settings in the draft; published versions keep theirs."""

from typing import Any, cast

from learnstream.blueprints.authoring import grading_examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.policies.access import require_draft
from learnstream.schemas.authoring.grading import GradingSchema
from learnstream.services.authoring import courses, grading_drafts
from learnstream.services.authoring.grading_drafts import GivenGrading
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "grading",
    __name__,
    position=43,
    title="Courses: grading",
    url_prefix="/courses",
    description="How the total of a course follows from the grades of its lessons.",
)


@blp.put("/<object_id:course_id>/grading")
@blp.arguments(GradingSchema, example=grading_examples.GRADING)
@confirms_caller
@blp.response(200, GradingSchema, example=grading_examples.GRADING)
@blp.raises(NoSuchCourse, NotYourCourse, grading_examples.UNKNOWN_LESSON)
@etag.conditional
def replace_grading(
    body: dict[str, Any], course_id: str, expect: etag.Revisions
) -> tuple[dict[str, Any], dict[str, str]]:
    """Set the grading settings of the course's draft.

    The body is the whole settings; what is absent has its default. They apply to learners from the next publication on.
    """
    require_course_author(course_id)
    course = grading_drafts.save(course_id, cast(GivenGrading, body), expect=expect)
    return grading_drafts.read(course), etag.of(course)


@blp.get("/<object_id:course_id>/grading")
@blp.response(200, GradingSchema, example=grading_examples.GRADING, headers=etag.ETAG)
@blp.raises(NoSuchCourse)
def read_grading(course_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Get the grading settings of the course's draft.

    For the course's instructors and administrators. The `ETag` is that of the course's draft.
    """
    course = courses.draft(course_id)
    require_draft(caller, courses.view_of(course))
    return grading_drafts.read(course), etag.of(course)
