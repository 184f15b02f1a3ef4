"""The times of an attempt, by the server's clock: when it must end, and when it is submitted without its learner."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from learnstream.clock import now
from learnstream.documents import Attempt, AttemptState
from learnstream.documents.attempt import WholeAttempt
from learnstream.policies import entitlements
from learnstream.policies.seats import Seat
from learnstream.services.assessment import attempts, quizzes
from learnstream.services.assessment.quizzes import Closes, FrozenQuiz

GRACE = timedelta(seconds=15)  # for what was sent in time and is still under way


class Times(TypedDict):
    """The times of an attempt in its document; None for none."""

    deadline_at: datetime | None
    closes_at: datetime | None
    submit_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When time is over for a learner in an attempt, and when the quiz closes for them; None for never."""

    at: datetime | None
    closes_at: datetime | None

    def times(self) -> Times:
        """Return the times to store."""
        return {"deadline_at": self.at, "closes_at": self.closes_at, "submit_at": self.at and self.at + GRACE}


def closing(quiz: FrozenQuiz, seat: Seat) -> datetime | None:
    """Return when a quiz closes for a learner, with their accommodations; None if it never does."""
    closes_at = _stated_closing(quiz.closes, seat) if quiz.closes else None
    return seat.allowance(quiz.lesson_id).closing(closes_at, quiz.time_limit)


def deadline(quiz: FrozenQuiz, seat: Seat, started_at: datetime) -> Deadline:
    """Return when time is over in an attempt: by the learner's time limit, or when the quiz closes if that is sooner."""
    closes_at = closing(quiz, seat)
    ends = [closes_at] if closes_at else []
    if quiz.time_limit is not None:
        ends.append(started_at + timedelta(seconds=seat.allowance(quiz.lesson_id).time_limit(quiz.time_limit)))
    return Deadline(min(ends, default=None), closes_at)


def _stated_closing(closes: Closes, seat: Seat) -> datetime:
    return closes.at or seat.drip_from + timedelta(days=closes.after_days or 0)


def recompute(attempt_id: str) -> None:
    """Compute the times of an attempt in progress again, after its learner's accommodations have changed.

    An attempt that should have ended already ends now, so that its learner has the grace to save what they wrote.

    Reads the learner's seat from PostgreSQL. Safe to repeat and to run concurrently: times that were computed from an
    older seat are not stored over newer ones.

    Raises:
        NoSuchAttempt: there is none.
    """
    while not _is_current(attempts.find(attempt_id)):
        pass


def _is_current(attempt: WholeAttempt) -> bool:
    """Store the present times of an attempt. Return False if they have been changed since the attempt was read."""
    found = entitlements.seats_in(str(attempt["course_id"]), [attempt["user_id"]])
    if not found or attempt["state"] != AttemptState.IN_PROGRESS:
        return True
    quiz = quizzes.frozen(str(attempt["quiz_id"]))
    times = _from_now_on(deadline(quiz, found[0], attempt["started_at"]), attempt["deadline_at"]).times()
    before = {name: attempt[name] for name in times}  # type: ignore[literal-required]
    running = {"_id": attempt["_id"], "state": attempt["state"]}
    update = {"$set": times, "$inc": {"revision": 1}}
    return before == times or bool(Attempt.collection().update_one(running | before, update).modified_count)


def _from_now_on(computed: Deadline, before: datetime | None) -> Deadline:
    """Return a deadline that is not in the past, unless the one before was."""
    moment = now()
    return replace(computed, at=computed.at and max(computed.at, min(before or moment, moment)))
