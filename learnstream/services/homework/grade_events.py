"""The events of grades, which are stored with the change that causes them.

They tell no results. An event about a released grade names its learner, whose name is known from then on.
"""

from datetime import datetime
from typing import Any

from learnstream.documents.progress import ProgressEvent
from learnstream.documents.submission import WholeSubmission
from learnstream.models import EventType
from learnstream.stores.mongo import Expression


def released_at_once(submission: WholeSubmission, revision: int, at: datetime) -> ProgressEvent:
    """Return the event of a grade that its learner sees as it is given. revision: that of the grade."""
    release_id, user_id = f"{submission['_id']}:{revision}", submission["user_id"]
    data = _data(release_id, str(submission["course_id"]), str(submission["lesson_id"])) | {"user_id": user_id}
    event_id = f"{EventType.GRADES_RELEASED}:{release_id}:{user_id}"
    return {"id": event_id, "type": EventType.GRADES_RELEASED.value, "at": at, "data": data}


def released_together(release_id: str, at: datetime) -> Expression:
    """Return an expression for the event of a release, once for each of its learners however many grades they have."""
    event_id = {"$concat": [f"{EventType.GRADES_RELEASED}:{release_id}:", {"$toString": "$user_id"}]}
    data = _data(release_id, {"$toString": "$course_id"}, {"$toString": "$lesson_id"}) | {"user_id": "$user_id"}
    return {"id": event_id, "type": EventType.GRADES_RELEASED.value, "at": at, "data": data}


def _data(release_id: str, course_id: Any, lesson_id: Any) -> dict[str, Any]:
    return {"release_id": release_id, "course_id": course_id, "lesson_id": lesson_id}
