"""What an event looks like."""

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
    """An event as it would be posted."""

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
    """A new event around the data, without its `attempts`."""
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
    """The bytes that are posted; the attempts before this one stand in them, so a retry's bytes differ."""
    return json.dumps(event["payload"] | {"attempts": [public(attempt) for attempt in event["attempts"]]}).encode()
