"""Returning submissions to their learners, who can then hand in another one."""

from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Submission, SubmissionState
from learnstream.documents.submission import SubmissionCause, WholeSubmission
from learnstream.errors.homework import SubmissionBusy, Superseded
from learnstream.services.foundation.tries import tries
from learnstream.services.homework import claims, handed_in, marking


def give_back(submission_id: str, *, comment: str, by: int) -> WholeSubmission:
    """Return a learner's latest submission to them, with a comment. The same again changes nothing; a grade stays.

    Raises:
        NoSuchSubmission: there is none; also if it is a draft.
        Superseded: a later one was handed in.
        BeingGraded: another user has claimed it.
    """
    for _ in tries():
        submission = handed_in.find(submission_id)
        if submission["superseded"]:
            raise Superseded()
        if submission["state"] == SubmissionState.RETURNED and submission["return_comment"] == comment:
            return submission
        if stored := _store(submission, comment, by):
            return stored
    raise SubmissionBusy()


def _store(submission: WholeSubmission, comment: str, by: int) -> WholeSubmission | None:
    moment, revision = now(), submission["revision"] + 1
    claims.require_free(submission["claim"], for_user=by, at=moment)
    fields = {
        "state": SubmissionState.RETURNED.value,
        "returned_at": moment,
        "returned_by": by,
        "return_comment": comment,
        "claim": None,
        # It does not await a grade any more.
        "pending_grade": revision,
        "revision": revision,
    }
    change = marking.earlier(submission, SubmissionCause.RETURNED, by=by, at=moment, reason=comment)
    found = Submission.collection().find_one_and_update(
        {
            "_id": submission["_id"],
            "revision": submission["revision"],
            "superseded": {"$ne": True},
            **claims.free(for_user=by, at=moment),
        },
        {"$set": fields, "$push": {"history": change}},
        handed_in.WHOLE.fields,
        return_document=ReturnDocument.AFTER,
    )
    return None if found is None else handed_in.WHOLE.complete(found)
