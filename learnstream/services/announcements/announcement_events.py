"""The events of announcements, which are stored with the change that causes them. They do not have the text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from learnstream.documents.progress import ProgressEvent
from learnstream.models import EventType


def published(announcement: Mapping[str, Any], at: datetime, *, by: int) -> ProgressEvent:
    """Return the event of an announcement that is published."""
    return _event(EventType.ANNOUNCEMENT_PUBLISHED, announcement, at, by)


def withdrawn(announcement: Mapping[str, Any], at: datetime, *, by: int) -> ProgressEvent:
    """Return the event of an announcement that is withdrawn."""
    return _event(EventType.ANNOUNCEMENT_WITHDRAWN, announcement, at, by)


def _event(kind: EventType, announcement: Mapping[str, Any], at: datetime, by: int) -> ProgressEvent:
    course_id = announcement.get("course_id")
    data = {
        "announcement_id": str(announcement["_id"]),
        "course_id": str(course_id) if course_id else None,
        "group_id": announcement.get("group_id"),
        "by": by,
    }
    return {"id": f"{kind}:{announcement['_id']}", "type": kind.value, "at": at, "data": data}
