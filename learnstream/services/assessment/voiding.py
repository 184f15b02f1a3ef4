"""Giving attempts back to their learners: a voided attempt does not count, neither as a result nor as used."""

from learnstream.clock import now
from learnstream.documents import AttemptState, SubmittedBy
from learnstream.documents.attempt import Cause, WholeAttempt
from learnstream.errors.assessment import AttemptBusy
from learnstream.services.assessment import attempts, completing, corrections, submitting
from learnstream.services.assessment.corrections import Correction
from learnstream.services.foundation import audit
from learnstream.services.foundation.tries import tries


def void(attempt_id: str, *, by: int, reason: str) -> WholeAttempt:
    """Void an attempt, unless it is voided; one in progress is submitted by the staff. Return it as it is then.

    Raises:
        NoSuchAttempt: there is none.
        AttemptBusy: others kept changing it meanwhile.
    """
    for _ in tries():
        attempt = attempts.find(attempt_id)
        if attempt["voided_at"]:
            return attempt
        stored = _void(attempt, by, reason)
        if stored is not None:
            _record(stored, by, reason)
            return completing.follow(stored)
    raise AttemptBusy()


def _void(attempt: WholeAttempt, by: int, reason: str) -> WholeAttempt | None:
    moment = now()
    if attempt["state"] == AttemptState.IN_PROGRESS:
        attempt = submitting.finish(attempt, by=SubmittedBy.STAFF, at=moment)
    return corrections.store(attempt, Correction(Cause.VOIDED, by, moment, reason, fields={"voided_at": moment}))


def _record(attempt: WholeAttempt, by: int, reason: str) -> None:
    details = {"user_id": attempt["user_id"], "lesson_id": str(attempt["lesson_id"]), "reason": reason}
    audit.record("attempt.voided", actor_id=by, target_kind="attempt", target_id=str(attempt["_id"]), **details)
