"""Changes of learners' deadlines with their enrollment: by another version of the course, or by a new start in it.

What they have handed in gets the lateness that follows (see `lateness`).
"""

from collections.abc import Collection, Iterator, Sequence

from bson import ObjectId

from learnstream.documents import Submission
from learnstream.models import EventType
from learnstream.services.assignments.frozen import frozen
from learnstream.services.delivery import syllabus
from learnstream.services.enrollment import accommodated
from learnstream.services.foundation.followers import FeedEvent, follows_in_batches
from learnstream.stores.mongo import Expression


@follows_in_batches(EventType.COURSE_LEARNERS_MOVED, EventType.ENROLLMENT_CREATED, name="homework-deadlines", batch=100)
def follow(events: Sequence[FeedEvent]) -> None:
    """Have lateness computed anew of learners who were moved to another version, or whose enrollment has begun."""
    for event in events:
        if event.type is EventType.COURSE_LEARNERS_MOVED:
            _moved(event.data["course_id"], event.data["version"], event.data["from_versions"])
    if begun := [event.data["user_id"] for event in events if event.type is EventType.ENROLLMENT_CREATED]:
        _request({"user_id": {"$in": begun}}, None)


def _moved(course_id: str, to: int, before: Collection[int]) -> None:
    lesson_ids = [*_retimed(course_id, to, before)]
    if lesson_ids:
        _request({"lesson_id": {"$in": [*map(ObjectId, lesson_ids)]}}, lesson_ids)


def _retimed(course_id: str, to: int, before: Collection[int]) -> Iterator[str]:
    """Yield the lessons whose homework has other deadlines or another policy than in one of the versions before."""
    earlier = [syllabus.get(course_id, number).by_id for number in before]
    for lesson_id, lesson in syllabus.get(course_id, to).by_id.items():
        known = {lesson.assignment_id, *(each[lesson_id].assignment_id for each in earlier if lesson_id in each)}
        if len({_timing(assignment_id) for assignment_id in known if assignment_id}) > 1:
            yield lesson_id


def _timing(assignment_id: str) -> tuple[object, ...]:
    assignment = frozen(assignment_id)
    return assignment.due, assignment.accepted_until, assignment.late


def _request(wanted: Expression, lesson_ids: Sequence[str] | None) -> None:
    """Have the submissions of those computed anew who have any that match."""
    user_ids = Submission.collection().distinct("user_id", wanted)
    accommodated.request(accommodated.EXTENSIONS, sorted(user_ids), lesson_ids)
