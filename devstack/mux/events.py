"""The JSON of an event."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from devstack.mux.shapes import iso, public
from devstack.mux.store import Record

ENVIRONMENT = {"name": "Development", "id": "devstack"}


@dataclass(frozen=True)
class Event:
    """A webhook event as it would be posted."""

    id: str
    type: str
    body: bytes

    @property
    def payload(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.payload["data"]


def envelope(event_type: str, object_type: str, data: Record) -> Record:
    """Return a new event with this data, without its `attempts`."""
    return {
        "type": event_type,
        "request_id": None,
        "object": {"type": object_type, "id": data["id"]},
        "id": str(uuid.uuid4()),
        "environment": ENVIRONMENT,
        "data": data,
        "created_at": iso(time.time()),
        "accessor_source": None,
        "accessor": None,
    }


def body_of(event: Record) -> bytes:
    """Return the body to post; it includes the previous attempts, so a retry's bytes differ."""
    return json.dumps(event["payload"] | {"attempts": [public(attempt) for attempt in event["attempts"]]}).encode()
