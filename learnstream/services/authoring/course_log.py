"""Acts on courses that have to be accounted for: in the audit log, and some in the feed of events.

MongoDB decides, PostgreSQL accounts. The update that decides carries the account as `acts_due` until PostgreSQL has it.
What a crash or an outage cut off in between is made up for by `repairs`: the same account, and once.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course
from learnstream.models import EventType
from learnstream.services.foundation import audit, events
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.sql import after_commit

log = logging.getLogger(__name__)

Note = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditedAction:
    """What somebody does to a course. `event` says what the feed tells of it, if anything: its key and its data."""

    action: str
    actor_id: int
    details: dict[str, Any] = field(default_factory=dict)
    event: tuple[EventType, str, dict[str, Any]] | None = None


def pending(action: AuditedAction, *, course_id: str, revision: int) -> Note:
    """Return the account of an act that makes this revision of a course, as the course carries it."""
    at = now()
    entry = audit.entry(
        action.action, actor_id=action.actor_id, target_kind="course", target_id=course_id, **action.details
    )
    event_type, key, data = action.event or (None, None, None)
    return {
        "key": f"{action.action}:{course_id}:{revision}",
        # As exact as MongoDB keeps it, so that the account is the same whoever gives it.
        "at": at.replace(microsecond=at.microsecond // 1000 * 1000),
        "entry": entry,
        "event": event_type and {"type": event_type.value, "key": key, "data": data},
    }


def record(course_id: str, notes: Sequence[Note]) -> None:
    """Account for acts in the present transaction, unless that has been done, and clear the notes once it is committed."""
    for each in notes:
        audit.record_once(each["key"], each["entry"], at=each["at"])
        if event := each["event"]:
            events.record(EventType(event["type"]), event["key"], at=each["at"], **event["data"])
    after_commit(lambda: _accounted(course_id, [each["key"] for each in notes]))


def _accounted(course_id: str, keys: list[str]) -> None:
    try:
        Course.collection().update_one({"_id": ObjectId(course_id)}, {"$pull": {"acts_due": {"key": {"$in": keys}}}})
    except STORE_FAILURES as error:
        # PostgreSQL has the account; the next repair finds it there and clears the note.
        log.warning("what was accounted for %s was not noted: %s", course_id, type(error).__name__)
