"""Previewing a publication and its effects on learners."""

from flask import Response

from learnstream.blueprints.authoring.course import LESSON_ID
from learnstream.blueprints.authoring.version import PUBLICATION
from learnstream.blueprints.authoring.version_diff import DIFFERENCE
from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.authoring import (
    NoSuchCourse,
    NotYourCourse,
)
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
    title="Courses: publish preview",
    description="The effects of publishing a draft, before it is published.",
)

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


@blp.get("/courses/<object_id:course_id>/publish-preview")
@blp.arguments(PreviewQuerySchema, location="query")
@blp.response(200, PreviewSchema, example=PREVIEW, headers=etag.ETAG)
@blp.raises(NoSuchCourse, NotYourCourse)
@blp.paginate(NumberedSchema)
def read(query: dict[str, str], course_id: str, page: Page) -> tuple[Response, dict[str, str]]:
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
