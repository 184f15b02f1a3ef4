"""Results of attempts that staff have marked or changed: an event for each, once its learner sees the score.

A result that the review policy holds back is looked at again when the quiz closes to the learner, and otherwise hourly.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.documents.attempt import Cause
from learnstream.documents.projection import Projection
from learnstream.models import ChangeOfGrade, EventType
from learnstream.policies import entitlements
from learnstream.services.assessment import clock, quizzes
from learnstream.services.foundation import events
from learnstream.services.foundation.followers import FeedEvent, follows
from learnstream.services.grades import grade_events
from learnstream.services.grades.score_visibility import shows_score
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import db

log = logging.getLogger(__name__)

TASK = "learnstream.tell_seen_results"
BATCH = 200
PAUSE = timedelta(hours=1)
LONGEST = timedelta(days=180)  # after which a result that was never shown is not looked at any more


class HeldResult(TypedDict):
    """The result of an attempt that its learner may not see yet."""

    _id: ObjectId
    user_id: int
    course_id: ObjectId
    lesson_id: ObjectId
    quiz_id: ObjectId
    number: int
    submitted_at: datetime | None
    awaiting: int
    held_until: datetime | None
    revision: int


HELD = Projection(Attempt, HeldResult)


@follows(EventType.ATTEMPT_RESULT_CHANGED, name="seen-results")
def follow(event: FeedEvent) -> None:
    """Record that a learner sees a result that staff have marked or changed; note one that is held back."""
    attempt = HELD.find_one({"_id": ObjectId(event.data["attempt_id"])})
    # While parts await marking, there is no score to see.
    if attempt is None or attempt["awaiting"]:
        return
    key, cause = event.id.partition(":")[2], Cause(event.data["cause"])
    if not _is_seen(attempt):
        if cause is Cause.MARKED:
            _hold(attempt)
    elif cause is Cause.MARKED:
        _record(attempt, key)
    else:
        about = (event.data["course_id"], event.data["user_id"], event.data["lesson_id"])
        grade_events.changed(*about, ChangeOfGrade(cause.value), key=key)


def tell_shown() -> int:
    """Record the marked results that were held back and can be seen now; return how many."""
    due, told = {"held_until": {"$lte": now()}}, 0
    while found := HELD.find(due, sort=[("held_until", 1)], limit=BATCH):
        for attempt in found:
            told += _is_told(attempt)
    return told


def _is_told(attempt: HeldResult) -> bool:
    """Tell of a result if it can be seen. If that fails, it is tried again later: others must not wait for it."""
    try:
        return _tell(attempt)
    except STORE_FAILURES:
        db.session.rollback()
        raise
    except Exception:
        db.session.rollback()
        log.exception("the result of attempt %s could not be told", attempt["_id"])
        _set(attempt, {"$set": {"held_until": now() + PAUSE}})
        return False


def _tell(attempt: HeldResult) -> bool:
    if not _is_seen(attempt):
        _hold(attempt)
        return False
    _record(attempt, f"{attempt['_id']}:{attempt['revision']}")
    db.session.commit()
    _set(attempt, {"$unset": {"held_until": ""}})
    return True


def _is_seen(attempt: HeldResult) -> bool:
    return shows_score(str(attempt["course_id"]), attempt["user_id"], str(attempt["lesson_id"]))


def _hold(attempt: HeldResult) -> None:
    until = _next_look(attempt)
    _set(attempt, {"$set": {"held_until": until}} if until else {"$unset": {"held_until": ""}})


def _set(attempt: HeldResult, update: dict[str, Any]) -> None:
    Attempt.collection().update_one({"_id": attempt["_id"]}, update)


def _next_look(attempt: HeldResult) -> datetime | None:
    """Return when a result may be seen; None if it has been held back for too long."""
    moment, submitted_at = now(), attempt["submitted_at"]
    if submitted_at is None or submitted_at < moment - LONGEST:
        return None
    seat = entitlements.seat(attempt["user_id"], str(attempt["course_id"]))
    closes_at = seat and clock.closing(quizzes.frozen(str(attempt["quiz_id"])), seat)
    # A new version, or another attempt, may show it earlier.
    return min(closes_at + clock.GRACE, moment + PAUSE) if closes_at and closes_at > moment else moment + PAUSE


def _record(attempt: HeldResult, key: str) -> None:
    events.record(
        EventType.ATTEMPT_MARKED,
        key,
        attempt_id=str(attempt["_id"]),
        user_id=attempt["user_id"],
        course_id=str(attempt["course_id"]),
        lesson_id=str(attempt["lesson_id"]),
        number=attempt["number"],
    )
