"""The controls that all emulators have: called by tests in the same process, and over HTTP for other processes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devstack.emulation.behavior import ApiFault, Behavior
from devstack.emulation.clock import Clock
from devstack.emulation.store import Record, Store
from devstack.emulation.webhooks import Event, Webhooks


@dataclass
class Parts:
    """The parts of an emulator. base_url has no trailing slash."""

    base_url: str
    store: Store
    clock: Clock
    behavior: Behavior
    webhooks: Webhooks


class VendorControl:
    context: Parts

    # Misbehavior

    def misbehave(self, *, api: ApiFault | dict[str, Any] | None = None, **changes: Any) -> None:
        """Misbehave from now on; the arguments are the fields of the vendor's `Behavior`, and of `ApiFault`."""
        self.context.behavior.change(api=api, **changes)

    def behave(self) -> None:
        """Stop misbehaving; events that waited for their group are delivered."""
        self.context.behavior.reset()
        self.context.webhooks.ungroup()

    # Events

    def hold(self) -> None:
        """Keep events until they are taken or released. An emulator without a webhook URL always does."""
        self.context.webhooks.hold()

    def release(self, order: Sequence[str] | None = None) -> None:
        """Deliver events again, the held ones first: in the order of these ids, or oldest first."""
        self.context.webhooks.release(order)

    def take_events(self) -> list[Event]:
        """Return the held events, oldest first, once nothing is under way; each is returned once."""
        self.settle()
        return self.context.webhooks.take()

    def post_to(self, url: str | None) -> None:
        """Post events to this URL from now on, the held ones first; None holds them again."""
        self.context.webhooks.post_to(url)

    def note_delivery(self, event_id: str) -> None:
        """Count an event as delivered, which a test took and posted itself."""
        self.context.webhooks.note_delivery(event_id)

    def sign(self, body: bytes, *, secret: str | None = None, at: int | None = None) -> dict[str, str]:
        """Return the headers with which these bytes would be posted."""
        at = int(time.time()) if at is None else at
        return {**self.context.webhooks.headers(body, secret=secret, at=at), "Content-Type": "application/json"}

    def events(self) -> list[Record]:
        """Return all events with their state: held, taken, grouped, pending, delivered, dropped, abandoned."""
        return [self._shown(event) for event in self.context.webhooks.events()]

    def deliveries(self) -> list[Record]:
        """Return every attempt to post an event, in order; `response_status_code` is 0 if there was no response."""
        return [self._shown(attempt) for attempt in self.context.webhooks.deliveries()]

    def redeliver(self, event_id: str) -> bool:
        """Post an event once more, whatever its state; return False if it does not exist."""
        return self.context.webhooks.redeliver(event_id)

    def flush(self) -> None:
        """Attempt every undelivered event once, due or not, once nothing is under way; return when that is done."""
        self.settle()
        self.context.webhooks.flush()

    def deliver_due(self) -> None:
        """Attempt the events that are due by the clock; return when that is done."""
        self.context.webhooks.deliver_due()

    # Time

    def advance(self, seconds: float) -> None:
        """Advance the clock of deadlines and of further attempts to deliver events."""
        self.context.clock.advance(seconds)
        self.context.webhooks.wake()

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until no work is under way in the background; there is none by default.

        Raises:
            TimeoutError: some still is.
        """

    def _shown(self, record: Record) -> Record:
        return {name: value for name, value in record.items() if not name.startswith("_")}
