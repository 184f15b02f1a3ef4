"""Serialization of records. Fields that begin with an underscore are internal and never leave the emulator."""

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from devstack.emulation.store import Record


def new_id() -> str:
    """Return an id of letters and digits only, as long as Mux's."""
    return secrets.token_urlsafe(33).replace("-", "0").replace("_", "0")


def epoch() -> int:
    return int(time.time())


def iso(seconds: float) -> str:
    """Return an event's time as Mux writes it: with microseconds, but in whole seconds, so neighbors share one."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def public(record: Record) -> Record:
    return {name: _public(value) for name, value in record.items() if not name.startswith("_") and value is not None}


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return public(value)
    return [_public(item) for item in value] if isinstance(value, list) else value


def as_rest(record: Record) -> Record:
    """Return a record for REST, where `created_at` is a string of epoch seconds; in webhooks it is an integer."""
    visible = public(record)
    if "created_at" in visible:
        visible["created_at"] = str(visible["created_at"])
    return visible


def as_webhook(record: Record) -> Record:
    return public(record)
