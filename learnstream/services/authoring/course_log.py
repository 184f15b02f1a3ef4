"""Actions on courses that are recorded in the audit log, and some in the event feed.

The change is made in MongoDB and recorded in PostgreSQL. The update in MongoDB carries the entry in `acts_due` until
PostgreSQL has it. After a crash or an outage in between, `repairs` writes the same entry, exactly once.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course
from learnstream.documents.course import PendingEntry, PendingEvent
from learnstream.models import EventType
from learnstream.services.foundation import audit, events
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import after_commit

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditedAction:
    """A user's action on a course. `event` is its event in the feed, if any: type, key and data."""

    name: str
    actor_id: int
    details: dict[str, Any] = field(default_factory=dict)
    event: tuple[EventType, str, dict[str, Any]] | None = None


def pending(action: AuditedAction, *, course_id: str, revision: int) -> PendingEntry:
    """Return the entry of an action that results in this revision of a course, as stored in the course."""
    entry = audit.entry(
        action.name, actor_id=action.actor_id, target_kind="course", target_id=course_id, **action.details
    )
    return {
        "key": f"{action.name}:{course_id}:{revision}",
        "at": now(),
        "entry": entry,
        "event": action.event and _event(*action.event),
    }


def _event(event_type: EventType, key: str, data: dict[str, Any]) -> PendingEvent:
    return {"type": event_type.value, "key": key, "data": data}


def record(course_id: str, entries: Sequence[PendingEntry]) -> None:
    """Record entries in the current transaction unless they are there already; clear them from the course after it."""
    for each in entries:
        audit.record_once(each["key"], each["entry"], at=each["at"])
        if event := each["event"]:
            events.record(EventType(event["type"]), event["key"], at=each["at"], **event["data"])
    after_commit(lambda: _clear(course_id, [each["key"] for each in entries]))


def _clear(course_id: str, keys: list[str]) -> None:
    try:
        Course.collection().update_one({"_id": ObjectId(course_id)}, {"$pull": {"acts_due": {"key": {"$in": keys}}}})
    except STORE_FAILURES as error:
        # PostgreSQL has the entries; the next repair finds them there and clears the course.
        log.warning("pending audit entries of course %s not cleared: %s", course_id, type(error).__name__)
