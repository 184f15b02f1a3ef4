"""How records look from outside. Fields that begin with an underscore are the emulator's own and never leave it."""

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from devstack.mux.store import Record


def new_id() -> str:
    """Letters and digits only, as long as Mux's."""
    return secrets.token_urlsafe(33).replace("-", "0").replace("_", "0")


def epoch() -> int:
    return int(time.time())


def iso(seconds: float) -> str:
    """An event's time as Mux writes it: microseconds in form, whole seconds in fact, so neighbours share one."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def public(record: Record) -> Record:
    return {name: _public(value) for name, value in record.items() if not name.startswith("_") and value is not None}


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return public(value)
    return [_public(item) for item in value] if isinstance(value, list) else value


def in_rest(record: Record) -> Record:
    """REST writes `created_at` as a string of epoch seconds, webhooks as an integer."""
    shown = public(record)
    if "created_at" in shown:
        shown["created_at"] = str(shown["created_at"])
    return shown


def in_webhook(record: Record) -> Record:
    return public(record)
