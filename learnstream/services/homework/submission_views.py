"""Submissions as their learners see them: of grades, only what was released."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from bson import Decimal128

from learnstream.clock import now
from learnstream.documents.submission import OwnSubmission, ReleasedGrade, SubmittedFile
from learnstream.policies.seats import Seat
from learnstream.services.assignments import frozen
from learnstream.services.assignments.deadlines import reduced
from learnstream.services.assignments.summaries import ShownCriterion
from learnstream.services.delivery.visibility import VisibleLesson
from learnstream.services.homework import completing, openness, saving, submissions
from learnstream.services.homework.openness import Openness

ZERO = Decimal(0)


class ShownFile(TypedDict):
    """A file of a submission."""

    file_id: str
    name: str
    size: int
    type: str


class ShownDraft(TypedDict):
    """A draft; `number` is the one that it will be handed in as."""

    number: int
    text: str | None
    url: str | None
    files: list[ShownFile]
    saved_at: datetime


class Receipt(TypedDict):
    """What confirms to a learner that they handed in, and how late. `penalty` is a percentage of the points earned."""

    id: str
    number: int
    state: str
    submitted_at: datetime | None
    digest: str | None
    due_at: datetime | None
    late_seconds: int
    penalty: float


class ShownGrade(TypedDict):
    """A released grade: the points before (`raw_points`) and after lateness, and what the marker says.

    `rubric` is the one that the levels are of; empty without levels.
    """

    points: float
    raw_points: float
    max_points: float
    levels: dict[str, str] | None
    rubric: list[ShownCriterion]
    comment: str
    released_at: datetime


class ShownSubmission(Receipt):
    """A submission that was handed in."""

    text: str | None
    url: str | None
    files: list[ShownFile]
    grade: ShownGrade | None
    returned_at: datetime | None
    return_comment: str | None


class Overview(TypedDict):
    """A learner's draft and submissions in a lesson, the latest first, and whether they can hand in now."""

    lesson_id: str
    course_id: str
    draft: ShownDraft | None
    submissions: list[ShownSubmission]
    may_submit: bool
    reason: str | None
    due_at: datetime | None
    accepted_until: datetime | None
    attempts_left: int | None
    server_time: datetime


def overview(lesson: VisibleLesson, seat: Seat) -> tuple[Overview, str]:
    """Return what a learner sees of their submissions in a lesson, and the tag of their draft's state.

    Raises:
        NotAnAssignment: the lesson is not an assignment.
    """
    assignment, moment = saving.settings_of(lesson), now()
    found = [completing.follow(each) for each in submissions.own(seat.user_id, lesson.view.id)]
    state = openness.of(assignment, seat, found, moment)
    return _overview(lesson, found, state, moment), submissions.tag(found)


def _overview(lesson: VisibleLesson, found: Sequence[OwnSubmission], state: Openness, moment: datetime) -> Overview:
    draft = submissions.draft_of(found)
    return {
        "lesson_id": lesson.view.id,
        "course_id": lesson.course_id,
        "draft": shown_draft(draft) if draft else None,
        "submissions": [_submission(each) for each in reversed(submissions.handed_in(found))],
        "may_submit": state.problem is None,
        "reason": state.problem.code if state.problem else None,
        "due_at": state.deadlines.due_at,
        "accepted_until": state.deadlines.accepted_until,
        "attempts_left": state.left,
        "server_time": moment,
    }


def shown_draft(draft: OwnSubmission) -> ShownDraft:
    """Return a draft as its learner sees it."""
    return {
        "number": draft["number"],
        "text": draft["text"],
        "url": draft["url"],
        "files": _files(draft["files"]),
        "saved_at": draft["saved_at"],
    }


def receipt(submission: OwnSubmission) -> Receipt:
    """Return the receipt of a submission that was handed in."""
    return {
        "id": str(submission["_id"]),
        "number": submission["number"],
        "state": submission["state"],
        "submitted_at": submission["submitted_at"],
        "digest": submission["digest"],
        "due_at": submission["due_at"],
        "late_seconds": submission["late_seconds"],
        "penalty": _number(submission["penalty"]),
    }


def _submission(submission: OwnSubmission) -> ShownSubmission:
    return {
        **receipt(submission),
        "text": submission["text"],
        "url": submission["url"],
        "files": _files(submission["files"]),
        "grade": _grade(submission["released"], submission["penalty"]),
        "returned_at": submission["returned_at"],
        "return_comment": submission["return_comment"],
    }


def _grade(released: ReleasedGrade | None, penalty: Decimal128 | None) -> ShownGrade | None:
    if released is None:
        return None
    raw, percent = released["points"].to_decimal(), penalty.to_decimal() if penalty else ZERO
    return {
        "points": float(reduced(raw, percent)),
        "raw_points": float(raw),
        "max_points": _number(released["max_points"]),
        "levels": released["levels"],
        "rubric": _rubric(released),
        "comment": released["comment"],
        "released_at": released["released_at"],
    }


def _rubric(released: ReleasedGrade) -> list[ShownCriterion]:
    """Return the rubric of a grade, which the assignment may no longer have."""
    if released["levels"] is None:
        return []
    return [
        {
            "id": criterion.id,
            "title": criterion.title,
            "description": criterion.description,
            "levels": [
                {"id": level.id, "title": level.title, "points": float(level.points)} for level in criterion.levels
            ],
        }
        for criterion in frozen.frozen(str(released["assignment_id"])).rubric
    ]


def _files(stored: Sequence[SubmittedFile]) -> list[ShownFile]:
    return [{**each, "file_id": str(each["file_id"])} for each in stored]


def _number(value: Decimal128 | None) -> float:
    return float(value.to_decimal()) if value else 0.0
