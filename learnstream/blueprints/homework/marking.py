"""Grading, returning and releasing submissions."""

from typing import Any

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_group import require_visible_lesson_learners
from learnstream.blueprints.common.require_submission import require_marker
from learnstream.blueprints.homework import staff_examples
from learnstream.documents.attempt import Claim
from learnstream.errors.authoring import NoSuchLesson, NotYourCourse
from learnstream.errors.homework import BeingGraded, NoSuchSubmission, SubmissionBusy, Superseded
from learnstream.schemas.homework.marking import (
    GradeReleaseSchema,
    GradesReleasedSchema,
    GradeWriteSchema,
    ReturnSchema,
    SubmissionClaimSchema,
)
from learnstream.schemas.homework.staff_submission import StaffSubmissionSchema
from learnstream.services.foundation import tasks
from learnstream.services.grades import moving, overrides
from learnstream.services.homework import claims, marking, releasing, returning, staff_view
from learnstream.services.homework.marking import Given
from learnstream.services.homework.staff_view import Shown
from learnstream.stores.sql import after_commit
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "homework_marking",
    __name__,
    position=171,
    title="Homework: grading",
    description="Grades of homework, by the course's staff and, for their own learners, the staff of groups.",
)


@blp.post("/submissions/<object_id:submission_id>/claim")
@confirms_caller
@blp.response(200, SubmissionClaimSchema)
@blp.raises(NoSuchSubmission, BeingGraded)
def claim_submission(submission_id: str) -> Claim:
    """Claim a submission for 30 minutes, in which nobody else can grade it.

    Repeating the request extends the claim. It ends when a grade is given.
    """
    require_marker(submission_id)
    return claims.claim(submission_id, by=caller.id)


@blp.delete("/submissions/<object_id:submission_id>/claim")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchSubmission)
def delete_submission_claim(submission_id: str) -> None:
    """Give back a claimed submission.

    A claim of somebody else stays, and without one of the caller nothing changes.
    """
    require_marker(submission_id)
    claims.give_back(submission_id, by=caller.id)


@blp.put("/submissions/<object_id:submission_id>/grade")
@blp.arguments(GradeWriteSchema, example=staff_examples.GRADE_BODY)
@confirms_caller
@commits()
@blp.response(200, StaffSubmissionSchema, example=staff_examples.SUBMISSION)
@blp.raises(NoSuchSubmission, BeingGraded, SubmissionBusy)
@etag.conditional
def replace_grade(body: dict[str, Any], submission_id: str, expect: etag.Revisions) -> tuple[Shown, dict[str, str]]:
    """Grade a submission, by the rubric or with points.

    By the settings under which it was handed in: points, rubric, and whether the learner sees the grade at once. Lateness
    is taken off these points. The same grade again changes nothing; an earlier one stays in the history.
    """
    require_marker(submission_id)
    submission = marking.mark(submission_id, Given(**body, by=caller.id, expect=expect))
    moving.move_of(submission["user_id"], str(submission["lesson_id"]))
    shown = staff_view.shown(submission)
    return shown, etag.of(shown)


@blp.post("/submissions/<object_id:submission_id>/return")
@blp.arguments(ReturnSchema)
@confirms_caller
@blp.response(200, StaffSubmissionSchema, example=staff_examples.RETURNED)
@blp.raises(NoSuchSubmission, BeingGraded, Superseded, SubmissionBusy)
def return_submission(body: dict[str, str], submission_id: str) -> Shown:
    """Return a learner's latest submission, so that they hand in another one.

    The learner sees the comment at once. A grade stays. The same comment again changes nothing.
    """
    require_marker(submission_id)
    return staff_view.shown(returning.give_back(submission_id, **body, by=caller.id))


@blp.post("/lessons/<object_id:lesson_id>/grades/release")
@blp.arguments(GradeReleaseSchema, example={})
@confirms_caller
@commits()
@blp.response(200, GradesReleasedSchema)
@blp.raises(NoSuchLesson, NotYourCourse)
def release_grades(body: dict[str, Any], lesson_id: str) -> dict[str, int]:
    """Release the grades of a lesson that their learners do not see yet.

    With all of them, learners see what was set in place of their grades, too. With a learner's first one, staff see their
    name. Repeating the request releases nothing. For the course's staff.
    """
    require_visible_lesson_learners(lesson_id, None)
    if "submission_ids" not in body:
        overrides.release(lesson_id)
    released = releasing.release(lesson_id, by=caller.id, **body)
    after_commit(lambda: tasks.queue(moving.TASK))
    return {"released": released}
