"""Whether a learner can save a draft and hand in an assignment, by its settings, their deadlines and what they handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learnstream.documents import SubmissionState
from learnstream.documents.assignment import Resubmit
from learnstream.errors import Conflict
from learnstream.errors.homework import NotOpenAgain, SubmissionClosed, SubmissionsExhausted
from learnstream.policies.seats import Seat
from learnstream.services.assignments.deadlines import Deadlines, deadlines
from learnstream.services.assignments.frozen import FrozenAssignment
from learnstream.services.homework import submissions
from learnstream.services.homework.submissions import Standing

# Without a limit, each request of a learner's script would read thousands of submissions, or all of a worker's memory:
# reading a learner's own returns their texts.
MOST_SUBMISSIONS, MOST_CHARACTERS = 100, 2_000_000


@dataclass(frozen=True, slots=True)
class Openness:
    """A learner's deadlines, how many submissions they have left (None for no limit), and why they have no more."""

    deadlines: Deadlines
    left: int | None
    problem: Conflict | None

    def require(self) -> Deadlines:
        """Return the deadlines, if the learner can hand in now.

        Raises:
            SubmissionClosed, SubmissionsExhausted, NotOpenAgain: they cannot.
        """
        if self.problem:
            raise self.problem
        return self.deadlines


def of(assignment: FrozenAssignment, seat: Seat, found: Sequence[Standing], at: datetime) -> Openness:
    """Return whether a learner can hand in at a time. found: their submissions, the first one first.

    A submission that was returned does not count as one of those allowed, and opens the assignment again whatever
    `resubmit` says, as long as submissions are accepted. What is handed in at a deadline exactly is in time.
    """
    handed_in, times = submissions.handed_in(found), deadlines(assignment, seat)
    left = _left(assignment, handed_in)
    if times.accepted_until and at > times.accepted_until:
        return Openness(times, left, SubmissionClosed(closed_at=times.accepted_until.isoformat()))
    if left == 0 or len(handed_in) >= _most(assignment):
        return Openness(times, left, SubmissionsExhausted())
    if handed_in and not _is_open_again(assignment, handed_in, times, at):
        return Openness(times, left, NotOpenAgain())
    return Openness(times, left, None)


def _most(assignment: FrozenAssignment) -> int:
    """Return how many submissions a learner can have, whatever is allowed."""
    return min(MOST_SUBMISSIONS, MOST_CHARACTERS // assignment.max_length)


def _left(assignment: FrozenAssignment, handed_in: Sequence[Standing]) -> int | None:
    if assignment.attempts_allowed is None:
        return None
    used = sum(each["state"] == SubmissionState.SUBMITTED for each in handed_in)
    return max(0, assignment.attempts_allowed - used)


def _is_open_again(assignment: FrozenAssignment, handed_in: Sequence[Standing], times: Deadlines, at: datetime) -> bool:
    if handed_in[-1]["state"] == SubmissionState.RETURNED or assignment.resubmit is Resubmit.UNTIL_CLOSED:
        return True
    if assignment.resubmit is Resubmit.UNTIL_DUE:
        return times.due_at is None or at <= times.due_at
    # Until it is released, nothing may tell the learner that there is a grade.
    return assignment.resubmit is Resubmit.UNTIL_GRADED and not any(each["released"] for each in handed_in)
