"""Submissions as staff find them: drafts are their learners' own."""

from bson import ObjectId

from learnstream.documents import Submission
from learnstream.documents.projection import Projection
from learnstream.documents.submission import ChangedSubmission, SubmissionChange, SubmissionOutcome, WholeSubmission
from learnstream.errors.homework import NoSuchSubmission
from learnstream.services.assignments.anonymity import HANDED_IN

OUTCOME = Projection(Submission, SubmissionOutcome)
WHOLE = Projection(Submission, WholeSubmission)
CHANGED = Projection(Submission, ChangedSubmission)


def find(submission_id: str) -> WholeSubmission:
    """Return a submission that was handed in.

    Raises:
        NoSuchSubmission: there is none; also if it is a draft.
    """
    found = WHOLE.find_one({"_id": ObjectId(submission_id), **HANDED_IN})
    if found is None:
        raise NoSuchSubmission()
    return found


def of_learner(lesson_id: str | ObjectId, user_id: int) -> list[SubmissionOutcome]:
    """Return what a learner has handed in in a lesson, the first one first."""
    of_user = {"user_id": user_id, "lesson_id": ObjectId(lesson_id), **HANDED_IN}
    return OUTCOME.find(of_user, sort=[("number", 1)])


def history(submission: SubmissionOutcome) -> list[SubmissionChange]:
    """Return the changes of a submission's result, the first one first."""
    found = CHANGED.find_one({"_id": submission["_id"]})
    return found["history"] if found else []
