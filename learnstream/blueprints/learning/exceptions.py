"""Exceptions that a course's instructors make for single learners."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.blueprints.enrollment import examples as enrollment_examples
from learnstream.blueprints.learning import examples
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import CourseArchived, NoSuchSeat
from learnstream.errors.learning import AlreadyCompleted, NoSuchOverride, NothingToOverride, TooBusy
from learnstream.models import Enrollment, SeatGrant, SeatOverride
from learnstream.schemas.enrollment.enrollment import EnrollmentSchema, SeatGrantSchema
from learnstream.schemas.learning.exceptions import (
    ExtensionSchema,
    OverrideSchema,
    OverrideWriteSchema,
    ReasonSchema,
    ResetDoneSchema,
    ResetSchema,
    WaivedSchema,
    WaiverSchema,
)
from learnstream.services.enrollment import enrollments
from learnstream.services.learning import exceptions
from learnstream.services.learning.progress import Waived
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "supervision",
    __name__,
    position=160,
    title="Learners: exceptions",
    url_prefix="/courses/<object_id:course_id>/learners/<row_id:user_id>",
    description="Exceptions that instructors make for single learners, each with a reason for the audit log.",
)


@blp.post("/extend")
@blp.arguments(ExtensionSchema, example=examples.EXTENSION)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(200, EnrollmentSchema, example=examples.EXTENDED)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, CourseArchived)
def extend_enrollment(body: dict[str, Any], course_id: str, user_id: int) -> Enrollment:
    """Change when a learner's enrollment ends.

    An enrollment that has ended is reopened in the course's current version; one that was withdrawn is not. Of several
    reasons, the one that holds longest is changed, and those that would hold longer; or the one named by `grant_id` alone.
    """
    require_course_author(course_id)
    return enrollments.extend(user_id=user_id, course_id=course_id, extended_by=caller.id, **body)


@blp.post("/reset")
@blp.arguments(ResetSchema, example=examples.RESET)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(200, ResetDoneSchema, example=examples.RESET_DONE)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, examples.NOT_THEIRS)
def reset_progress(body: dict[str, Any], course_id: str, user_id: int) -> dict[str, Any]:
    """Reset a learner's progress in a lesson or in the whole course.

    What they watched, opened and completed there is deleted, as is their completion of the course. Lessons that depend
    on it are closed again. Watching from before the reset that is reported later does not count.
    """
    require_course_author(course_id)
    lesson_ids = exceptions.reset(user_id=user_id, course_id=course_id, reset_by=caller.id, **body)
    return {"lesson_ids": lesson_ids}


@blp.post("/waive")
@blp.arguments(WaiverSchema, example=examples.WAIVER)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(200, WaivedSchema, example=examples.WAIVED)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, AlreadyCompleted, TooBusy, examples.NOT_THEIRS)
def waive_lesson(body: dict[str, Any], course_id: str, user_id: int) -> Waived:
    """Mark a lesson as completed for a learner, whatever they have watched.

    Lessons that depend on it open, and it counts like any other completed lesson.
    """
    require_course_author(course_id)
    return exceptions.waive(user_id=user_id, course_id=course_id, waived_by=caller.id, **body)


@blp.get("/grants")
@blp.response(200, SeatGrantSchema(many=True), example=[enrollment_examples.GRANT])
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat)
def list_grants(course_id: str, user_id: int) -> Sequence[SeatGrant]:
    """List the reasons for a learner's enrollment, newest first.

    It is active while one of them is `live`. Those that have ended are included. For the course's instructors and
    administrators.
    """
    require_course_author(course_id)
    return enrollments.list_grants(user_id=user_id, course_id=course_id)


@blp.get("/overrides")
@blp.response(200, OverrideSchema(many=True), example=[examples.OVERRIDE])
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat)
def list_overrides(course_id: str, user_id: int) -> Sequence[SeatOverride]:
    """List a learner's overrides of single lessons and modules, newest first.

    For the course's instructors and administrators.
    """
    require_course_author(course_id)
    return exceptions.list_overrides(user_id=user_id, course_id=course_id)


@blp.put("/overrides/<object_id:target_id>")
@blp.arguments(OverrideWriteSchema, example=examples.GRANT)
@confirms_caller
@commits()
@blp.response(200, OverrideSchema, example=examples.OVERRIDE)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, NothingToOverride)
def replace_override(body: dict[str, Any], course_id: str, user_id: int, target_id: str) -> SeatOverride:
    """Override the conditions of a lesson or a module for one learner.

    `unlocks_at` replaces its release and, for a lesson, that of its module. `without_prerequisites` lifts the
    prerequisites of a lesson; for a module, its lessons keep their own. The override takes effect with the learner's
    next request, and remains when the course is published again.
    """
    require_course_author(course_id)
    return exceptions.set_override(
        user_id=user_id, course_id=course_id, target_id=target_id, granted_by=caller.id, **body
    )


@blp.delete("/overrides/<object_id:target_id>")
@blp.arguments(ReasonSchema, location="query")
@confirms_caller
@commits()
@blp.response(204)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, NoSuchOverride)
def delete_override(query: dict[str, str], course_id: str, user_id: int, target_id: str) -> None:
    """Remove an override.

    The outline's conditions apply to the learner again, from the next request on.
    """
    require_course_author(course_id)
    exceptions.remove_override(user_id=user_id, course_id=course_id, target_id=target_id, removed_by=caller.id, **query)
