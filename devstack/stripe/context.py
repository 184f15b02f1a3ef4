"""The components of one emulator, shared by its routes and its threads."""

from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g, has_request_context

from devstack.emulation.control import Parts
from devstack.emulation.store import Record
from devstack.stripe.behavior import StripeBehavior
from devstack.stripe.errors import missing
from devstack.stripe.events import envelope


@dataclass
class Context(Parts):
    """`live`: the mode that this account is in; a key of the other one is refused."""

    behavior: StripeBehavior
    key: str
    live: bool

    def now(self) -> int:
        return int(self.clock.now())

    def load(self, kind: str, record_id: str) -> Record:
        """Return an object.

        Raises:
            StripeError: 404.
        """
        record = self.store.get(kind, record_id)
        if record is None:
            raise missing(kind, record_id)
        return record

    def save(self, kind: str, record: Record, *event_types: str, **previous: Any) -> Record:
        """Write an object and events about it, and return it; `previous` are the attributes that an update changed."""
        with self.store.transaction():
            self.store.put(kind, record["id"], record)
            for event_type in event_types:
                self.emit(event_type, record, **previous)
        return record

    def emit(self, event_type: str, record: Record, **previous: Any) -> None:
        asked = (g.get("request_id"), g.get("idempotency_key")) if has_request_context() else (None, None)
        at = self.now()
        self.webhooks.emit(envelope(event_type, record, at=at, live=self.live, asked=asked, previous=previous))


def current_context() -> Context:
    """Return the context of the current request."""
    return cast(Context, current_app.extensions["stripe"])
