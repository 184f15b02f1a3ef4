"""Previewing a publication and its effects on learners."""

from flask import Response

from learnstream.blueprints.analytics import examples
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.policies.access import require_can_edit_course
from learnstream.schemas.analytics.publish_preview import PreviewQuerySchema, PreviewSchema
from learnstream.services.analytics import publish_preview
from learnstream.services.authoring import courses
from learnstream.services.authoring.publishing import Learners
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import NumberedSchema, Page

blp = Blueprint(
    "publish_preview",
    __name__,
    position=80,
    title="Courses: publish preview",
    description="The effects of publishing a draft, before it is published.",
)


@blp.get("/courses/<object_id:course_id>/publish-preview")
@blp.arguments(PreviewQuerySchema, location="query")
@blp.response(200, PreviewSchema, example=examples.PREVIEW, headers=etag.ETAG)
@blp.raises(NoSuchCourse, NotYourCourse)
@blp.paginate(NumberedSchema)
def read_publish_preview(query: dict[str, str], course_id: str, page: Page) -> tuple[Response, dict[str, str]]:
    """Preview what publishing the draft would change, and for which learners.

    Pagination applies to `affected`. The `ETag` is the draft's: send it as `If-Match` with POST …/publish to get 412
    if the draft has changed since. For the course's instructors and administrators.
    """
    require_can_edit_course(caller, courses.view(course_id))
    found = publish_preview.build(
        course_id=course_id,
        learners=Learners(query["learners"]),
        first=page.first,
        size=page.size,
    )
    page.total = found.total
    return private_json(found.answer), etag.of(found.course)
