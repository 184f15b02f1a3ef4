"""Webhook events of the video service: stored before they are acknowledged, applied, and retried after failures.

An event is first applied and then stored together with the result, in one write. If that is interrupted, the event is
not acknowledged and will be sent again: applying it twice has no further effect, see `video_facts`.

Nothing here uses PostgreSQL, so that webhooks are accepted while it is down.
"""

import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypedDict

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import WebhookEvent, WebhookState
from learnstream.documents.projection import Projection
from learnstream.documents.webhook_event import ListedEvent, StoredEvent
from learnstream.errors.media import NoSuchEvent, NotAnEvent
from learnstream.integrations.mux import events as mux_events
from learnstream.integrations.mux.records import UNREADABLE
from learnstream.services.foundation.lists import documents_of
from learnstream.services.media import video_facts
from learnstream.services.media.video_facts import Applied
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.keyset import Found, Keys, Part

log = logging.getLogger(__name__)

# The delay after each failed attempt; the attempt after the last delay is the fifth, and then the event is parked.
RETRY_DELAYS = (timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2))
MAX_TRIES = len(RETRY_DELAYS) + 1
# An attempt that has not finished by then is assumed to have died with its process.
LEASE = timedelta(minutes=1)
BATCH = 100
NAME = re.compile(r"[\x21-\x7e]{1,200}")
NEWEST = Keys(("received_at", -1), ("_id", 1))
# Only single events include the body.
LISTED = Projection(WebhookEvent, ListedEvent)
STORED = Projection(WebhookEvent, StoredEvent)


Payload = dict[str, Any]  # an event as the video service sends it


class Outcome(TypedDict, total=False):
    """The fields that an attempt changes."""

    state: str
    next_try_at: datetime
    last_error: str | None
    applied_at: datetime


class ShownEvent(StoredEvent):
    payload: Payload


class Lag(TypedDict):
    """How many events are pending, since when the oldest is, and how many are parked."""

    pending: int
    oldest_at: datetime | None
    seconds: float
    parked: int


class NoVideoYet(LookupError):
    """The event's video does not exist, perhaps not yet."""


def receive(raw: bytes, payload: Any) -> str:
    """Apply a verified event and store it; an event that is stored already is not overwritten. Returns its id.

    Raises:
        NotAnEvent: the payload has no id or type.
        a store's failure: MongoDB is not available, and the event must not be acknowledged.
    """
    event = _event(raw, payload)
    if event["state"] == WebhookState.PENDING:
        event = {**event, **_first_attempt(event, payload)}
    with suppress(DuplicateKeyError):
        WebhookEvent.collection().insert_one(event)
    return event["_id"]


def _event(raw: bytes, payload: Any) -> StoredEvent:
    names = (payload.get("id"), payload.get("type")) if isinstance(payload, dict) else ()
    if not names or not all(isinstance(name, str) and NAME.fullmatch(name) for name in names):
        raise NotAnEvent()
    handled = payload["type"] in mux_events.HANDLED
    return {
        "_id": payload["id"],
        "type": payload["type"],
        "body": raw,
        "state": (WebhookState.PENDING if handled else WebhookState.IGNORED).value,
        "tries": 1 if handled else 0,
        "next_try_at": now(),
        "object_id": _object_id(payload),
        "occurred_at": _occurred_at(payload),
        "received_at": now(),
        "applied_at": None,
        "last_error": None,
    }


def _object_id(payload: Payload) -> str | None:
    about = payload.get("object")
    found = about.get("id") if isinstance(about, dict) else None
    return found if isinstance(found, str) and NAME.fullmatch(found) else None


def _occurred_at(payload: Payload) -> datetime | None:
    try:
        return mux_events.occurred_at(payload)
    except UNREADABLE:
        return None


def _first_attempt(event: StoredEvent, payload: Payload) -> Outcome:
    """Apply an event that is not stored yet; return the resulting fields."""
    try:
        _apply(payload)
    except STORE_FAILURES:
        # It could not be stored either; without an acknowledgment, it is sent again.
        raise
    except Exception as error:  # a poison event may fail anywhere, and must be stored nevertheless
        return _failed(event, error)
    return _applied()


def _attempt(event: StoredEvent) -> bool:
    """Apply a stored event; any failure is recorded for a later attempt, and nothing is raised."""
    try:
        _apply(json.loads(event["body"]))
        _settle(event, _applied())
    except Exception as error:  # a poison event may fail anywhere, and must not affect other events
        _postpone(event, error)
        return False
    return True


def _apply(payload: Payload) -> None:
    update = mux_events.read(payload)
    if update is not None and video_facts.apply(update) is Applied.UNKNOWN:
        raise NoVideoYet("no video has this upload, asset or passthrough")


def _applied() -> Outcome:
    return {"state": WebhookState.APPLIED.value, "applied_at": now(), "last_error": None}


def _failed(event: StoredEvent, error: Exception) -> Outcome:
    log.warning("webhook event %s (%s) was not applied: %s", event["_id"], event["type"], error)
    fields: Outcome = {"last_error": f"{type(error).__name__}: {error}"[:500]}
    if event["tries"] >= MAX_TRIES:
        return {**fields, "state": WebhookState.PARKED.value}
    return {**fields, "next_try_at": now() + RETRY_DELAYS[event["tries"] - 1]}


def _postpone(event: StoredEvent, error: Exception) -> None:
    try:
        _settle(event, _failed(event, error))
    except Exception as failure:  # MongoDB is not available: the event is due again when its lease ends
        log.warning("webhook event %s was not postponed: %s", event["_id"], failure)


def _settle(event: StoredEvent, fields: Outcome) -> None:
    pending = {"_id": event["_id"], "state": WebhookState.PENDING.value}
    # The event's effects are written before this. If this write is lost, it is applied again, which changes nothing.
    WebhookEvent.collection().update_one(pending, {"$set": fields})


def retry_due(limit: int = BATCH) -> int:
    """Retry the events that are due; return how many were applied. Several workers can share the work."""
    applied = 0
    for _ in range(limit):
        event = _claim({"state": WebhookState.PENDING.value, "next_try_at": {"$lte": now()}})
        if event is None:
            break
        applied += _attempt(event)
    return applied


def _claim(which: Mapping[str, Any]) -> StoredEvent | None:
    claimed = WebhookEvent.collection().find_one_and_update(
        which,
        {"$inc": {"tries": 1}, "$set": {"next_try_at": now() + LEASE}},
        sort=[("next_try_at", 1)],
        return_document=ReturnDocument.AFTER,
    )
    return claimed and STORED.complete(claimed)


def replay(event_id: str) -> ShownEvent:
    """Apply an event again now, regardless of its state, with its attempts reset.

    Raises:
        NotFound: there is no such event.
    """
    event = WebhookEvent.collection().find_one_and_update(
        {"_id": event_id},
        {"$set": {"state": WebhookState.PENDING.value, "tries": 1, "next_try_at": now() + LEASE}},
        return_document=ReturnDocument.AFTER,
    )
    if event is None:
        raise NoSuchEvent()
    _attempt(STORED.complete(event))
    return find(event_id)


def find(event_id: str) -> ShownEvent:
    """Return an event with its payload.

    Raises:
        NotFound: there is no such event.
    """
    event = STORED.find_one({"_id": event_id})
    if event is None:
        raise NoSuchEvent()
    return {**event, "payload": json.loads(event["body"])}


def browse(
    *,
    state: WebhookState | None = None,
    event_type: str | None = None,
    object_id: str | None = None,
    part: Part,
) -> Found[ListedEvent]:
    """Return a part of the events, newest first, without their payloads."""
    wanted = {"state": state and state.value, "type": event_type, "object_id": object_id}
    wanted = {name: value for name, value in wanted.items() if value}
    return documents_of(LISTED, wanted, NEWEST, part)


def lag() -> Lag:
    """Return the state of the queue."""
    events = WebhookEvent.collection()
    pending = {"state": WebhookState.PENDING.value}
    oldest = events.find_one(pending, {"received_at": 1}, sort=[("received_at", 1)])
    oldest_at = oldest["received_at"] if oldest else None
    return {
        "pending": events.count_documents(pending),
        "oldest_at": oldest_at,
        "seconds": (now() - oldest_at).total_seconds() if oldest_at else 0.0,
        "parked": events.count_documents({"state": WebhookState.PARKED.value}),
    }
