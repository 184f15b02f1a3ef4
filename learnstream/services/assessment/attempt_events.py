"""The events of attempts, which are stored with the change that causes them. They do not tell results."""

from datetime import datetime
from typing import Any

from learnstream.documents import SubmittedBy
from learnstream.documents.attempt import Cause, WholeAttempt
from learnstream.documents.progress import ProgressEvent
from learnstream.models import EventType


def submitted(attempt: WholeAttempt, by: SubmittedBy, at: datetime) -> ProgressEvent:
    """Return the event of an attempt that is submitted."""
    event_id = f"{EventType.ATTEMPT_SUBMITTED}:{attempt['_id']}"
    return _event(EventType.ATTEMPT_SUBMITTED, event_id, attempt, at, submitted_by=by.value)


def result_changed(attempt: WholeAttempt, cause: Cause, at: datetime) -> ProgressEvent:
    """Return the event of a result that is changed, of an attempt as it was before."""
    event_id = f"{EventType.ATTEMPT_RESULT_CHANGED}:{attempt['_id']}:{attempt['revision'] + 1}"
    return _event(EventType.ATTEMPT_RESULT_CHANGED, event_id, attempt, at, cause=cause.value)


def _event(kind: EventType, event_id: str, attempt: WholeAttempt, at: datetime, **more: Any) -> ProgressEvent:
    data = {
        "attempt_id": str(attempt["_id"]),
        "user_id": attempt["user_id"],
        "course_id": str(attempt["course_id"]),
        "lesson_id": str(attempt["lesson_id"]),
        "number": attempt["number"],
    }
    return {"id": event_id, "type": kind.value, "at": at, "data": data | more}
