"""The event of a submission, which is stored with the change that causes it. It tells no text and no result."""

from datetime import datetime

from learnstream.documents.progress import ProgressEvent
from learnstream.models import EventType
from learnstream.services.homework.submissions import Standing


def submitted(draft: Standing, at: datetime, *, course_id: str, lesson_id: str, user_id: int | None) -> ProgressEvent:
    """Return the event of a draft that is handed in. user_id: None while its learner must not be known.

    Then it tells only the day: at the same moment, the same learner may have completed the lesson.
    """
    kind = EventType.SUBMISSION_SUBMITTED
    data = {
        "submission_id": str(draft["_id"]),
        "user_id": user_id,
        "course_id": course_id,
        "lesson_id": lesson_id,
        "number": draft["number"],
    }
    told = at.replace(hour=0, minute=0, second=0, microsecond=0) if user_id is None else at
    return {"id": f"{kind}:{draft['_id']}", "type": kind.value, "at": told, "data": data}
