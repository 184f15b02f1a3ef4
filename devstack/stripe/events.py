"""Events: snapshots of objects, as they are posted and listed."""

import json
from collections.abc import Mapping
from typing import Any

from devstack.emulation.store import Record
from devstack.emulation.webhooks import Dialect
from devstack.stripe.ids import new_id

API_VERSION = "2026-10-28.endive"


def envelope(
    event_type: str,
    record: Record,
    *,
    at: int,
    live: bool,
    asked: tuple[str | None, str | None],
    previous: Mapping[str, Any],
) -> Record:
    """Return a new event about an object as it is now.

    asked: the ids of the request that caused it, and of its effect; None for both if none did.
    """
    data: Record = {"object": public(record)}
    if event_type.endswith(".updated"):
        data["previous_attributes"] = dict(previous)
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": at,
        "data": data,
        "livemode": live,
        "pending_webhooks": 1,
        "request": {"id": asked[0], "idempotency_key": asked[1]},
        "type": event_type,
    }


def public(record: Record) -> Record:
    """Return an object as Stripe shows it: without what is the emulator's own."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


def body_of(event: Record) -> bytes:
    return json.dumps(event["payload"], ensure_ascii=False).encode()


DIALECT = Dialect("Stripe-Signature", "Stripe/1.0 (+https://stripe.com/docs/webhooks)", body_of)
