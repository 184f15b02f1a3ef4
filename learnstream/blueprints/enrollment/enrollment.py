"""Seats: learners take and leave them, administrators give and take them back."""

from typing import Any

from flask import Response

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.idempotency import accepts_idempotency_key, commits_answer
from learnstream.blueprints.common.pagination import entries, wanted
from learnstream.blueprints.common.responses import private_json
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import NoSuchCourse
from learnstream.errors.enrollment import AlreadyEnrolled, CourseArchived, NoSuchSeat, NotEnrolledHere, SeatGranted
from learnstream.models import Enrollment
from learnstream.policies.access import require_admin
from learnstream.schemas.enrollment.enrollment import (
    EnrollmentSchema,
    EnrollmentsQuerySchema,
    GrantSchema,
    MyEnrollmentSchema,
    MyEnrollmentsQuerySchema,
    ProlongationSchema,
    RenewalSchema,
)
from learnstream.services.enrollment import enrollments
from learnstream.stores.sql import db
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import Page

blp = Blueprint("enrollment", __name__, title="Enrolment", description="Seats in courses.")

SEAT = {
    "id": 12,
    "course_id": "6560f3a2c1d4e5f6a7b8c9d0",
    "user_id": 7,
    "status": "active",
    "source": "self",
    "course_version": 1,
    "enrolled_at": "2026-03-01T12:00:00+00:00",
    "expires_at": None,
    "completed_at": None,
}
GRANTED = SEAT | {"source": "admin", "expires_at": "2027-03-01T12:00:00+00:00"}
CARD = {"title": "Astronomy", "slug": "astronomy", "cover": "", "status": "published"}


@blp.post("/courses/<object_id:course_id>/enroll")
@blp.arguments(RenewalSchema, example={"restart": False})
@commits_answer
@blp.response(201, EnrollmentSchema, example=SEAT)
@blp.refuses(NoSuchCourse, AlreadyEnrolled, CourseArchived)
@confirms_caller
@accepts_idempotency_key
def enroll(body: dict[str, Any], course_id: str) -> Enrollment:
    """Enrol in a published course.

    The seat stays in the version that is current now, until publishing another one moves it. A seat that was withdrawn
    or has ended is renewed, and lessons go on opening as they would have, unless it asks to `restart`.
    """
    return enrollments.enroll(user_id=caller.id, course_id=course_id, **body)


@blp.delete("/courses/<object_id:course_id>/enroll")
@blp.response(204)
@blp.refuses(NotEnrolledHere, SeatGranted)
@confirms_caller
def withdraw(course_id: str) -> None:
    """Leave a course.

    Its lessons stop playing with the next request; what was learned is kept, in case the learner comes back.
    """
    enrollments.withdraw(user_id=caller.id, course_id=course_id)
    db.session.commit()


@blp.get("/users/me/enrollments")
@blp.arguments(MyEnrollmentsQuerySchema, location="query")
@blp.response(200, MyEnrollmentSchema(many=True), example=[SEAT | {"course": CARD}])
@blp.paginate()
def list_mine(query: dict[str, Any], page: Page) -> Response:
    """List the caller's seats, the newest first."""
    return private_json(entries(page, enrollments.of_user(caller.id, **query, part=wanted(page))))


@blp.get("/admin/enrollments")
@blp.arguments(EnrollmentsQuerySchema, location="query")
@blp.response(200, EnrollmentSchema(many=True), example=[GRANTED])
@blp.refuses(AdminsOnly)
@blp.paginate()
def browse(query: dict[str, Any], page: Page) -> list[Enrollment]:
    """List seats, the newest first."""
    require_admin(caller)
    return entries(page, enrollments.browse(**query, part=wanted(page)))


@blp.post("/admin/enrollments")
@blp.arguments(GrantSchema, example={"user_id": 7, "course_id": SEAT["course_id"], "expires_at": GRANTED["expires_at"]})
@commits_answer
@blp.response(201, EnrollmentSchema, example=GRANTED)
@blp.refuses(AdminsOnly, NoSuchCourse, AlreadyEnrolled, CourseArchived)
@confirms_caller
@accepts_idempotency_key
def grant(body: dict[str, Any]) -> Enrollment:
    """Give a user a seat.

    Learners cannot leave such a seat by themselves.
    """
    require_admin(caller)
    return enrollments.grant(**body, granted_by=caller.id)


@blp.patch("/admin/enrollments/<row_id:enrollment_id>")
@blp.arguments(ProlongationSchema, example={"expires_at": GRANTED["expires_at"]})
@blp.response(200, EnrollmentSchema, example=GRANTED)
@blp.refuses(AdminsOnly, NoSuchSeat)
@confirms_caller
def prolong(body: dict[str, Any], enrollment_id: int) -> Enrollment:
    """Let a live seat end at another time.

    One that has ended is given anew by POST, in the version of that day.
    """
    require_admin(caller)
    enrollment = enrollments.prolong(enrollment_id, **body, prolonged_by=caller.id)
    db.session.commit()
    return enrollment


@blp.delete("/admin/enrollments/<row_id:enrollment_id>")
@blp.response(204)
@blp.refuses(AdminsOnly, NoSuchSeat)
@confirms_caller
def revoke(enrollment_id: int) -> None:
    """Take a live seat back, however it came about."""
    require_admin(caller)
    enrollments.revoke(enrollment_id, revoked_by=caller.id)
    db.session.commit()
