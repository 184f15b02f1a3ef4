"""Enrollments granted, changed and revoked by administrators."""

from typing import Any

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import AlreadyEnrolled, CourseArchived, NoSuchSeat
from learnstream.models import Enrollment
from learnstream.schemas.enrollment.enrollment import (
    EnrollmentSchema,
    EnrollmentsQuerySchema,
    GrantSchema,
    ProlongationSchema,
)
from learnstream.services.enrollment import enrollments
from learnstream.web.paging import Page


@blp.get("/enrollments")
@admins_only
@blp.lists(EnrollmentSchema, query=EnrollmentsQuerySchema, example=examples.GRANTED)
def list_enrollments(query: dict[str, Any], page: Page) -> list[Enrollment]:
    """List enrollments, newest first.

    All enrollments, or those of a user, those in a course, or only the active ones.
    """
    return entries(page, enrollments.browse(**query, part=requested_part(page)))


@blp.post("/enrollments")
@blp.arguments(GrantSchema, example=examples.GRANT)
@confirms_caller
@admins_only
@commits(idempotency_key=True)
@blp.response(201, EnrollmentSchema, example=examples.GRANTED)
@blp.raises(NoSuchCourse, AlreadyEnrolled, CourseArchived)
def create_enrollment(body: dict[str, Any]) -> Enrollment:
    """Enroll a user in a course.

    Learners cannot withdraw from such an enrollment themselves. One that only others hold, a group for instance, gets
    another reason and goes on when theirs ends. A user who was barred by revoking an enrollment is not any more.
    """
    return enrollments.grant(**body, granted_by=caller.id)


@blp.patch("/enrollments/<row_id:enrollment_id>")
@blp.arguments(ProlongationSchema, example=examples.EXPIRY)
@confirms_caller
@admins_only
@commits()
@blp.response(200, EnrollmentSchema, example=examples.GRANTED)
@blp.raises(NoSuchSeat)
def update_enrollment(body: dict[str, Any], enrollment_id: int) -> Enrollment:
    """Change when an active enrollment ends.

    Of several reasons, the one that holds longest is changed, and those that would hold longer; or the one named by
    `grant_id` alone. To renew an enrollment that has ended, use POST; it is in the course's current version then.
    """
    return enrollments.change_expiry(enrollment_id, **body, changed_by=caller.id)


@blp.delete("/enrollments/<row_id:enrollment_id>")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchSeat)
def delete_enrollment(enrollment_id: int) -> None:
    """Revoke an active enrollment.

    Whatever its sources; the learner's access ends with the next request, and progress is kept. Learner and course are
    barred: only an administrator can enroll the learner again.
    """
    enrollments.revoke(enrollment_id, revoked_by=caller.id)
