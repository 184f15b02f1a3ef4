"""The learners of a course, for its instructors."""

from operator import itemgetter
from typing import Any

from flask import Response

from learnstream.blueprints.analytics import examples
from learnstream.blueprints.common import csv_export
from learnstream.blueprints.common.csv_export import stream_csv
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_group import require_visible_learners
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.learning.examples import COURSE_PROGRESS
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import NoSuchGroup, NoSuchSeat
from learnstream.policies import entitlements
from learnstream.schemas.analytics.learners import LearnerFilterSchema, LearnerSchema, LearnersQuerySchema
from learnstream.schemas.enrollment.group_filter import GroupFilterSchema
from learnstream.schemas.learning.course_progress import CourseJourneySchema
from learnstream.services.analytics import learner_table
from learnstream.services.analytics.learner_table import LearnerFilter
from learnstream.services.enrollment import group_staff
from learnstream.services.learning import course_progress
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint(
    "learner",
    __name__,
    position=150,
    title="Learners",
    url_prefix="/courses/<object_id:course_id>",
    description="The learners of a course, for its instructors.",
)

COLUMNS = tuple(LearnerSchema(exclude=("photo",)).fields)


@blp.get("/learners")
@blp.lists(LearnerSchema, query=LearnersQuerySchema, example=examples.LEARNER)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def list_learners(query: dict[str, Any], course_id: str, page: Page) -> Response:
    """List the learners of a course with their progress, also those who never started or have left.

    Progress is counted every minute (`as_of`); ordered by progress or activity, the list does
    not yet have whoever enrolled since then. With `group_id`, a group's staff see its learners also in courses that they
    do not teach, if the group is given the course.
    """
    require_visible_learners(course_id, query.get("group_id"))
    sort = query.pop("sort")
    return private_json(
        entries(page, learner_table.browse(LearnerFilter(course_id, **query), sort=sort, part=requested_part(page)))
    )


@blp.get("/learners.csv")
@blp.arguments(LearnerFilterSchema, location="query")
@blp.response(200, content_type=csv_export.MIMETYPE, description=csv_export.DESCRIPTION)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup)
def export_learners(query: dict[str, Any], course_id: str) -> Response:
    """Export the learners of a course as CSV.

    All learners, or those that the filters leave; for a group's staff as in the list.
    """
    require_visible_learners(course_id, query.get("group_id"))
    rows = learner_table.export(LearnerFilter(course_id, **query))
    return stream_csv(f"learners-{course_id}", COLUMNS, (itemgetter(*COLUMNS)(row) for row in rows))


@blp.get("/learners/<row_id:user_id>/progress")
@blp.arguments(GroupFilterSchema, location="query")
@blp.response(200, CourseJourneySchema, example=COURSE_PROGRESS)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchGroup, NoSuchSeat)
def read_learner_progress(query: dict[str, Any], course_id: str, user_id: int) -> Response:
    """Get a learner's progress in a course.

    By module and by lesson, as the learner sees it. With `group_id`, the learner must be in the group, and its staff see
    them as in the list.
    """
    group_id = query.get("group_id")
    require_visible_learners(course_id, group_id)
    seat = entitlements.seat(user_id, course_id)
    if seat is None or not (group_id is None or group_staff.has_member(group_id, user_id)):
        raise NoSuchSeat()
    return private_json(course_progress.for_course(seat))
