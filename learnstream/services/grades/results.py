"""The result of a learner's attempts or submissions: the computed part of a grade of record. Nothing is stored here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from learnstream.documents import AttemptState, SubmissionState
from learnstream.documents.attempt import GradedAttempt
from learnstream.documents.quiz import ScoreOf
from learnstream.documents.submission import GradedSubmission
from learnstream.services.assessment import quizzes, standing
from learnstream.services.assignments import frozen
from learnstream.services.homework import results as homework
from learnstream.services.quizzes import marking


@dataclass(frozen=True, slots=True)
class Result:
    """The computed columns of `models.grade.Grade`."""

    points: Decimal | None = None
    max_points: Decimal | None = None
    raw_points: Decimal | None = None
    late_seconds: int = 0
    penalty: Decimal | None = None
    released_points: Decimal | None = None
    released_max_points: Decimal | None = None
    released_at: datetime | None = None
    awaiting: bool = False
    submitted_at: datetime | None = None
    source_id: str | None = None
    source_revision: int | None = None


NOTHING = Result()


def of_attempts(found: Sequence[GradedAttempt], at: datetime) -> Result:
    """Return the result of a learner's attempts at a quiz, given in order.

    What learners may see are the points as far as all parts are marked, whatever the review policy says.
    """
    reached = standing.result(found)
    if reached is None:
        return NOTHING
    *_, last = (each for each in found if each["state"] == AttemptState.SUBMITTED and each["voided_at"] is None)
    quiz = quizzes.frozen(str(last["quiz_id"]))
    source = reached.attempts[-1]
    points = marking.points(reached.fraction, quiz.max_points)
    marked = _marked(found, quiz.score_of) if reached.awaiting else reached
    return Result(
        points=points,
        max_points=quiz.max_points,
        raw_points=points,
        released_points=marking.points(marked.fraction, quiz.max_points) if marked else None,
        released_max_points=quiz.max_points if marked else None,
        released_at=at if marked else None,
        awaiting=reached.awaiting,
        submitted_at=source["submitted_at"],
        source_id=str(source["_id"]),
        source_revision=source["revision"],
    )


def _marked(found: Sequence[GradedAttempt], score_of: ScoreOf) -> standing.Standing | None:
    """Return the result that more marks can only improve; None if they may change it otherwise."""
    if score_of is not ScoreOf.HIGHEST:
        return None
    return standing.result([each for each in found if not each["awaiting"]])


def of_submissions(found: Sequence[GradedSubmission], at: datetime) -> Result:
    """Return the result of a learner's submissions for an assignment, given in order; drafts are left out.

    The points are those of the best one. Until one has a grade, the times are those of the last one.
    """
    handed_in = [each for each in found if each["state"] != SubmissionState.DRAFT]
    if not handed_in:
        return NOTHING
    last = handed_in[-1]
    awaiting = last["grade"] is None and last["state"] == SubmissionState.SUBMITTED
    best, released = _best(handed_in)
    source = next((each for each in handed_in if best and str(each["_id"]) == best.submission_id), last)
    return Result(
        points=best.points if best else None,
        max_points=best.max_points if best else frozen.frozen(str(last["assignment_id"])).points,
        raw_points=best.raw_points if best else None,
        late_seconds=source["late_seconds"],
        penalty=source["penalty"].to_decimal() if source["penalty"] else None,
        released_points=released.points if released else None,
        released_max_points=released.max_points if released else None,
        released_at=released.at if released else None,
        awaiting=awaiting,
        submitted_at=source["submitted_at"],
        source_id=str(source["_id"]),
        source_revision=source["revision"],
    )


def _best(handed_in: Sequence[GradedSubmission]) -> tuple[homework.Result | None, homework.Result | None]:
    """Return the best result, and the best one that the learner sees; the latter for both if they are equally good.

    The learner sees the lateness of the best result, too.
    """
    best, released = homework.best(handed_in), homework.best(handed_in, "released")
    if best and released and (best.points, best.max_points) == (released.points, released.max_points):
        return released, released
    return best, released
