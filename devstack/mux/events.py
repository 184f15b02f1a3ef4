"""The JSON of an event."""

import json
import time
import uuid

from devstack.emulation.store import Record
from devstack.emulation.webhooks import Dialect
from devstack.mux.shapes import iso, public

ENVIRONMENT = {"name": "Development", "id": "devstack"}
MAX_ATTEMPTS = 30


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
    return json.dumps(event["payload"] | {"attempts": [*map(_shown, event["attempts"])]}).encode()


def _shown(attempt: Record) -> Record:
    times = {"created_at": iso(attempt["_at"]), "max_attempts": MAX_ATTEMPTS}
    return public(attempt | times | {"webhook_id": 1})


DIALECT = Dialect("Mux-Signature", "Mux Webhooks", body_of)
