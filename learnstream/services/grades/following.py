"""Moving the results of attempts that a process of the previous release has written: it notes none as pending.

It may run beside this release, or be rolled back to. What is moved already makes no difference.
"""

from collections.abc import Sequence

from learnstream.models import EventType
from learnstream.services.foundation.followers import FeedEvent, follows_in_batches
from learnstream.services.grades import moving
from learnstream.services.grades.sources import QUIZZES


@follows_in_batches(EventType.ATTEMPT_SUBMITTED, EventType.ATTEMPT_RESULT_CHANGED, name="grades-of-attempts", batch=100)
def follow(events: Sequence[FeedEvent]) -> None:
    """Bring the grades of learners up to date whose attempts were submitted or have another result."""
    changed = {(each.data["user_id"], each.data["lesson_id"]): each.data["course_id"] for each in events}
    moving.update(QUIZZES, changed)
