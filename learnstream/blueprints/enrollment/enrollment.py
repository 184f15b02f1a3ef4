"""Enrolling in courses and withdrawing from them."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import caller, confirms_caller, prefetches
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.responses import private_json
from learnstream.blueprints.enrollment import examples
from learnstream.errors.accounts import EmailUnverified
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.commerce import PaymentRequired
from learnstream.errors.enrollment import (
    AlreadyEnrolled,
    CourseArchived,
    EnrollmentBarred,
    NotEnrolledHere,
    SeatGranted,
)
from learnstream.models import Enrollment
from learnstream.policies import entitlements
from learnstream.schemas.enrollment.enrollment import (
    EnrollmentSchema,
    MyEnrollmentSchema,
    MyEnrollmentsQuerySchema,
    RenewalSchema,
)
from learnstream.services.accounts import verification
from learnstream.services.enrollment import enrollments
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page
from learnstream.web.parsing import schema_instance

blp = Blueprint("enrollment", __name__, position=100, title="Enrollment", description="Enrollment in courses.")


@blp.post("/courses/<object_id:course_id>/enroll")
@blp.arguments(RenewalSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, EnrollmentSchema, example=examples.ENROLLMENT)
@blp.raises(
    *(NoSuchCourse, AlreadyEnrolled, CourseArchived, EmailUnverified, EnrollmentBarred),
    PaymentRequired.of(cast.COURSE_ID, cast.PRICE),
)
def create_my_enrollment(body: dict[str, Any], course_id: str) -> Enrollment:
    """Enroll in a published course.

    The enrollment stays in the current version until a later publication moves it. An enrollment that was withdrawn or
    has ended is renewed; lessons keep their release dates unless `restart` is set. One that others hold, a group for
    instance, gets another reason and goes on when theirs ends. The server may require a verified address. Courses that
    have a price are bought instead: see `checkout` of the response with status 402.
    """
    verification.require_for_enrolling(caller.id)
    return enrollments.enroll(user_id=caller.id, course_id=course_id, **body)


@blp.delete("/courses/<object_id:course_id>/enroll")
@confirms_caller
@commits()
@blp.response(204)
@blp.alt_response(
    200, schema=EnrollmentSchema, example=examples.HELD_BY_GROUP, description="Another reason holds the enrollment."
)
@blp.raises(NotEnrolledHere, SeatGranted)
def delete_my_enrollment(course_id: str) -> Response | None:
    """Leave a course.

    Access to its lessons ends with the next request; progress is kept in case the learner enrolls again. What others have
    granted stays, a group's enrollment for instance: the response is then 200, with the enrollment.
    """
    held = enrollments.withdraw(user_id=caller.id, course_id=course_id)
    return private_json(schema_instance(EnrollmentSchema).dump(held)) if held else None


@blp.get("/users/me/enrollments")
@prefetches(entitlements.seats_prefetch_keys)
@blp.lists(MyEnrollmentSchema, query=MyEnrollmentsQuerySchema, example=examples.MY_ENROLLMENT)
def list_my_enrollments(query: dict[str, Any], page: Page) -> Response:
    """List the caller's enrollments, newest first.

    Includes those that were withdrawn or have ended, unless `live` is given.
    """
    return private_json(entries(page, enrollments.of_user(caller.id, **query, part=requested_part(page))))
