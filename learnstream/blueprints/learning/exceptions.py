"""What a course's instructors do for single learners."""

from collections.abc import Sequence
from typing import Any

from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.idempotency import accepts_idempotency_key, commits_answer
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.blueprints.enrollment.enrollment import SEAT
from learnstream.errors import Unprocessable
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.enrollment import CourseArchived, NoSuchSeat
from learnstream.errors.learning import AlreadyCompleted, NoSuchOverride, NothingToOverride, TooBusy
from learnstream.models import Enrollment, SeatOverride
from learnstream.schemas.enrollment.enrollment import EnrollmentSchema
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
from learnstream.stores.sql import db
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "supervision",
    __name__,
    title="Learners: exceptions",
    url_prefix="/courses/<object_id:course_id>/learners/<row_id:user_id>",
    description="What instructors do for single learners, each with a reason that goes into the audit log.",
)

LESSON_ID = "6560f3a2c1d4e5f6a7b8c9d2"
THEN = "2026-03-01T12:00:00+00:00"
REASON = "Was ill for two weeks."
NOT_THEIRS = Unprocessable(errors={"json": {"lesson_id": ["The learner's version of the course has no such lesson."]}})
GRANT = {"unlocks_at": THEN, "without_prerequisites": True, "reason": REASON}
OVERRIDE = GRANT | {
    "target_id": LESSON_ID,
    "granted_by": 3,
    "updated_at": THEN,
}
EXTENSION = {"expires_at": "2027-03-01T12:00:00+00:00", "reason": REASON}


@blp.post("/extend")
@blp.arguments(ExtensionSchema, example=EXTENSION)
@commits_answer
@blp.response(200, EnrollmentSchema, example=SEAT | {"expires_at": EXTENSION["expires_at"]})
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, CourseArchived)
@confirms_caller
@accepts_idempotency_key
def extend(body: dict[str, Any], course_id: str, user_id: int) -> Enrollment:
    """Let a learner's seat end at another time.

    A seat that has ended opens again, in the course's current version; one that was withdrawn does not.
    """
    require_course_author(course_id)
    return enrollments.extend(user_id=user_id, course_id=course_id, extended_by=caller.id, **body)


@blp.post("/reset")
@blp.arguments(ResetSchema, example={"lesson_id": LESSON_ID, "reason": "Watched it with the sound off."})
@commits_answer
@blp.response(200, ResetDoneSchema, example={"lesson_ids": [LESSON_ID]})
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, NOT_THEIRS)
@confirms_caller
@accepts_idempotency_key
def reset(body: dict[str, Any], course_id: str, user_id: int) -> dict[str, Any]:
    """Let a learner begin a lesson, or the whole course, anew.

    What they watched, opened and completed there is forgotten, and with it that they completed the course. Lessons
    that waited for it are closed again. What was watched before and is reported only later does not count.
    """
    require_course_author(course_id)
    lesson_ids = exceptions.reset(user_id=user_id, course_id=course_id, reset_by=caller.id, **body)
    return {"lesson_ids": lesson_ids}


@blp.post("/waive")
@blp.arguments(WaiverSchema, example={"lesson_id": LESSON_ID, "reason": "Has held a course about it."})
@commits_answer
@blp.response(200, WaivedSchema, example={"lesson_id": LESSON_ID, "completed_at": THEN, "completed_by": "waived"})
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, AlreadyCompleted, TooBusy, NOT_THEIRS)
@confirms_caller
@accepts_idempotency_key
def waive(body: dict[str, Any], course_id: str, user_id: int) -> dict[str, Any]:
    """Take a lesson as completed by a learner, whatever they did.

    Lessons that waited for it open, and it counts as any other completed lesson.
    """
    require_course_author(course_id)
    return exceptions.waive(user_id=user_id, course_id=course_id, waived_by=caller.id, **body)


@blp.get("/overrides")
@blp.response(200, OverrideSchema(many=True), example=[OVERRIDE])
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat)
def list_overrides(course_id: str, user_id: int) -> Sequence[SeatOverride]:
    """List what a learner was granted of single lessons and modules, the latest first."""
    require_course_author(course_id)
    return exceptions.list_overrides(user_id=user_id, course_id=course_id)


@blp.put("/overrides/<object_id:target_id>")
@blp.arguments(OverrideWriteSchema, example=GRANT)
@blp.response(200, OverrideSchema, example=OVERRIDE)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, NothingToOverride)
@confirms_caller
def override(body: dict[str, Any], course_id: str, user_id: int, target_id: str) -> SeatOverride:
    """Open a lesson or a module to one learner, other than the outline says.

    `unlocks_at` takes the place of its release: for a lesson, of its module's, too. `without_prerequisites` lets a
    lesson wait for nothing; for a module, its lessons still wait for what they ask for themselves. It takes effect
    with the learner's next request, and stays when the course is published again.
    """
    require_course_author(course_id)
    found = exceptions.set_override(
        user_id=user_id, course_id=course_id, target_id=target_id, granted_by=caller.id, **body
    )
    db.session.commit()
    return found


@blp.delete("/overrides/<object_id:target_id>")
@blp.arguments(ReasonSchema, location="query")
@blp.response(204)
@blp.raises(NoSuchCourse, NotYourCourse, NoSuchSeat, NoSuchOverride)
@confirms_caller
def take_back(query: dict[str, str], course_id: str, user_id: int, target_id: str) -> None:
    """Let the outline hold for a learner again."""
    require_course_author(course_id)
    exceptions.remove_override(user_id=user_id, course_id=course_id, target_id=target_id, removed_by=caller.id, **query)
    db.session.commit()
