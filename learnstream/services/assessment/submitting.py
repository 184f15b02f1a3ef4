"""Submitting attempts: by their learners, and by the clock once their time is over.

Marks, score, completion that is due and event are set in the update that submits the attempt, on condition that no
answer was saved since they were computed. So an attempt is submitted once, with the answers that it was marked with,
whoever submits it and wherever a process ends.
"""

from datetime import datetime

from pymongo import ReturnDocument

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState, SubmittedBy
from learnstream.documents.attempt import AttemptOutcome, WholeAttempt
from learnstream.errors.assessment import AttemptBusy
from learnstream.services.assessment import attempt_events, attempts, completing, quizzes, regrade_rules, scoring
from learnstream.services.foundation.tries import tries
from learnstream.stores.mongo import Expression


def submit(attempt_id: str, *, user_id: int) -> WholeAttempt:
    """Submit a learner's own attempt, if it is not yet. Return it as it was submitted.

    Raises:
        NotFound: there is no such attempt of theirs.
        AttemptBusy: answers kept being saved meanwhile.
    """
    attempts.asked(attempt_id, user_id=user_id)
    moment = now()
    attempt = end_if_due(attempts.find(attempt_id), moment)
    if attempt["state"] == AttemptState.IN_PROGRESS:
        attempt = finish(attempt, by=SubmittedBy.LEARNER, at=moment)
    return completing.follow(attempt)


def end_if_due(attempt: WholeAttempt, at: datetime) -> WholeAttempt:
    """Submit an attempt whose time is over, with what was saved. Return it as it is then."""
    if attempt["state"] != AttemptState.IN_PROGRESS or not attempts.is_due(attempt, at):
        return attempt
    return completing.follow(finish(attempt, by=SubmittedBy.CLOCK, at=at))


def ended(outcome: AttemptOutcome, at: datetime) -> AttemptOutcome:
    """Submit an attempt whose time is over, of which only the outcome was read. Return the outcome that it has then."""
    if outcome["state"] != AttemptState.IN_PROGRESS or not attempts.is_due(outcome, at):
        return outcome
    return end_if_due(attempts.find(str(outcome["_id"])), at)


def finish(attempt: WholeAttempt, *, by: SubmittedBy, at: datetime) -> WholeAttempt:
    """Mark and submit an attempt, unless it has been submitted. Return it as it is then.

    The clock submits it as of its deadline, and only if that has not been moved.

    Raises:
        AttemptBusy: answers kept being saved meanwhile.
    """
    for _ in tries():
        if attempt["state"] != AttemptState.IN_PROGRESS or (
            by is SubmittedBy.CLOCK and not attempts.is_due(attempt, at)
        ):
            return attempt
        # Nothing was saved since the attempt was read, nor was it submitted.
        unchanged = {"_id": attempt["_id"], "state": attempt["state"], "revision": attempt["revision"]}
        found = Attempt.collection().find_one_and_update(
            unchanged, _submission(attempt, by, at), attempts.WHOLE.fields, return_document=ReturnDocument.AFTER
        )
        if found is not None:
            return attempts.WHOLE.complete(found)
        attempt = attempts.find(str(attempt["_id"]))
    raise AttemptBusy()


def _submission(attempt: WholeAttempt, by: SubmittedBy, at: datetime) -> Expression:
    ended_at = attempt["deadline_at"] if by is SubmittedBy.CLOCK and attempt["deadline_at"] else at
    result = scoring.result(attempt["items"], regrade_rules.mark(attempt, at), quizzes.frozen(str(attempt["quiz_id"])))
    fields = {
        "state": AttemptState.SUBMITTED.value,
        "submitted_at": ended_at,
        "submitted_by": by.value,
        "completion_due": True,
        "figures_due": True,
        "pending_grade": attempt["revision"] + 1,
        **result.fields(),
    }
    return {
        "$set": fields,
        "$inc": {"revision": 1},
        "$push": {"pending_events": attempt_events.submitted(attempt, by, ended_at)},
    }
