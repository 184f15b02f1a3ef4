"""The events of grades, which are stored with the change that causes them.

They tell no results. An event about a released grade names its learner, whose name is known from then on.
"""

from datetime import datetime

from learnstream.documents.progress import ProgressEvent
from learnstream.documents.submission import Grade, WholeSubmission
from learnstream.models import EventType
from learnstream.stores.mongo import Expression


def released_at_once(submission: WholeSubmission, grade: Grade) -> ProgressEvent:
    """Return the event of a grade that its learner sees as it is given."""
    release_id, user_id = f"{submission['_id']}:{grade['revision']}", submission["user_id"]
    data = {
        "release_id": release_id,
        "course_id": str(submission["course_id"]),
        "lesson_id": str(submission["lesson_id"]),
        "user_id": user_id,
        "by": grade["by"],
    }
    event_id = f"{EventType.GRADES_RELEASED}:{release_id}:{user_id}"
    return {"id": event_id, "type": EventType.GRADES_RELEASED.value, "at": grade["at"], "data": data}


def released_together(release_id: str, by: int, at: datetime) -> Expression:
    """Return an expression for the event of a release, once for each of its learners however many grades they have."""
    data = {
        "release_id": release_id,
        "course_id": {"$toString": "$course_id"},
        "lesson_id": {"$toString": "$lesson_id"},
        "user_id": "$user_id",
        "by": by,
    }
    event_id = {"$concat": [f"{EventType.GRADES_RELEASED}:{release_id}:", {"$toString": "$user_id"}]}
    return {"id": event_id, "type": EventType.GRADES_RELEASED.value, "at": at, "data": data}
