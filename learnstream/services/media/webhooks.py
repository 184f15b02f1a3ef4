"""Events of the video service: each is kept before it is acknowledged, applied once, and tried again when it fails.

An event is applied first and then kept together with what became of it, in one write. Whatever cuts that short leaves it
unacknowledged, and it is sent again: applying it twice has the effect of once, see `video_facts`.

Nothing here touches PostgreSQL: webhooks are taken while it is down.
"""

import json
import logging
import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from learnstream.clock import now
from learnstream.documents import WebhookEvent, WebhookState
from learnstream.errors.media import NoSuchEvent, NotAnEvent
from learnstream.integrations.mux import events as mux_events
from learnstream.integrations.mux.records import UNREADABLE
from learnstream.services.foundation.lists import documents_of
from learnstream.services.media import video_facts
from learnstream.services.media.video_facts import Applied
from learnstream.stores.breaker import STORE_FAILURES
from learnstream.stores.keyset import Found, Keys, Part

log = logging.getLogger(__name__)

Record = dict[str, Any]

# The pause after each failed try; the try after the last pause is the fifth, and then the event is parked.
PAUSES = (timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=2))
MAX_TRIES = len(PAUSES) + 1
# A try that has not ended by then died with its process.
LEASE = timedelta(minutes=1)
BATCH = 100
NAME = re.compile(r"[\x21-\x7e]{1,200}")
NEWEST = Keys(("received_at", -1), ("_id", 1))
# What a list shows; the body is for the one event that is looked at.
SHOWN = {"body": 0}


class NoVideoYet(LookupError):
    """The event may have come before what it is about."""


def receive(raw: bytes, payload: Any) -> str:
    """Apply a verified event and keep it; the row of one that is known already is left alone. Returns its id.

    Raises:
        NotAnEvent: it has no id or type.
        a store's failure: MongoDB does not answer, and nothing was promised.
    """
    event = _event(raw, payload)
    if event["state"] == WebhookState.PENDING:
        event |= _first_try(event, payload)
    with suppress(DuplicateKeyError):
        WebhookEvent.collection().insert_one(event)
    return event["_id"]


def _event(raw: bytes, payload: Any) -> Record:
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
    }


def _object_id(payload: Record) -> str | None:
    about = payload.get("object")
    found = about.get("id") if isinstance(about, dict) else None
    return found if isinstance(found, str) and NAME.fullmatch(found) else None


def _occurred_at(payload: Record) -> datetime | None:
    try:
        return mux_events.occurred_at(payload)
    except UNREADABLE:
        return None


def _first_try(event: Record, payload: Record) -> Record:
    """Apply an event that nobody has kept yet; return what became of it."""
    try:
        _apply(payload)
    except STORE_FAILURES:
        # It could not be kept either; whoever gets no answer sends it again.
        raise
    except Exception as error:  # a poison event may fail anywhere, and must be kept all the same
        return _failed(event, error)
    return _applied()


def _try(event: Record) -> bool:
    """Apply an event; whatever goes wrong is noted for a later try. Its row is safe already, so nothing is raised."""
    try:
        _apply(json.loads(event["body"]))
        _settle(event, _applied())
    except Exception as error:  # a poison event may fail anywhere, and must not take the others with it
        _postpone(event, error)
        return False
    return True


def _apply(payload: Record) -> None:
    update = mux_events.read(payload)
    if update is not None and video_facts.apply(update) is Applied.UNKNOWN:
        raise NoVideoYet("no video has this upload, asset or passthrough")


def _applied() -> Record:
    return {"state": WebhookState.APPLIED.value, "applied_at": now(), "last_error": None}


def _failed(event: Record, error: Exception) -> Record:
    log.warning("event %s (%s) was not applied: %s", event["_id"], event["type"], error)
    fields: Record = {"last_error": f"{type(error).__name__}: {error}"[:500]}
    if event["tries"] >= MAX_TRIES:
        return fields | {"state": WebhookState.PARKED.value}
    return fields | {"next_try_at": now() + PAUSES[event["tries"] - 1]}


def _postpone(event: Record, error: Exception) -> None:
    try:
        _settle(event, _failed(event, error))
    except Exception as failure:  # MongoDB went away: the event is due again when its lease ends
        log.warning("event %s was not postponed: %s", event["_id"], failure)


def _settle(event: Record, fields: Record) -> None:
    pending = {"_id": event["_id"], "state": WebhookState.PENDING.value}
    # What the event brought about is written before this: if this gets lost it is applied again, which changes nothing.
    WebhookEvent.collection().update_one(pending, {"$set": fields})


def retry_due(limit: int = BATCH) -> int:
    """Try events that are due; return how many were applied. Several workers share the work."""
    applied = 0
    for _ in range(limit):
        event = _claim({"state": WebhookState.PENDING.value, "next_try_at": {"$lte": now()}})
        if event is None:
            break
        applied += _try(event)
    return applied


def _claim(which: Record) -> Record | None:
    return WebhookEvent.collection().find_one_and_update(
        which,
        {"$inc": {"tries": 1}, "$set": {"next_try_at": now() + LEASE}},
        sort=[("next_try_at", 1)],
        return_document=ReturnDocument.AFTER,
    )


def replay(event_id: str) -> Record:
    """Try an event again at once, whatever became of it, with all its tries before it.

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
    _try(event)
    return find(event_id)


def find(event_id: str) -> Record:
    """Return an event with its payload.

    Raises:
        NotFound: there is no such event.
    """
    event = WebhookEvent.collection().find_one({"_id": event_id})
    if event is None:
        raise NoSuchEvent()
    return event | {"payload": json.loads(event["body"])}


def browse(
    *,
    state: WebhookState | None = None,
    event_type: str | None = None,
    object_id: str | None = None,
    part: Part,
) -> Found[Record]:
    """Return a part of the events, newest first, without their payloads."""
    wanted = {"state": state and state.value, "type": event_type, "object_id": object_id}
    wanted = {name: value for name, value in wanted.items() if value}
    return documents_of(WebhookEvent, wanted, SHOWN, NEWEST, part)


def lag() -> Record:
    """Return how many events wait, since when the oldest does, and how many were parked."""
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
