"""Events: written in the transaction that causes them, signed, delivered until a 2xx, misdelivered on demand."""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any

from devstack.emulation.behavior import Behavior
from devstack.emulation.clock import Clock
from devstack.emulation.posting import Poster
from devstack.emulation.signatures import sign
from devstack.emulation.store import Record, Store

# Seconds until the next attempt; the last delay repeats until the event is a day old.
RETRY_DELAYS = (2, 5, 15, 60, 300, 900, 3600)
GIVE_UP_AFTER = 24 * 3600


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


@dataclass(frozen=True)
class Dialect:
    """How a vendor posts events: the headers with the signature and the name of the client, and an event's body."""

    signature_header: str
    user_agent: str
    body_of: Callable[[Record], bytes]


class Webhooks:
    """The outbox of one webhook endpoint. Without a URL all events are held."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        behavior: Behavior,
        dialect: Dialect,
        *,
        url: str | None,
        secret: str,
        attempt_timeout: float,
    ) -> None:
        self.store = store
        self.dialect = dialect
        self.clock = clock
        self.behavior = behavior
        self.url = url
        self.secret = secret
        self.holding = url is None
        self._poster = Poster(timeout=attempt_timeout, user_agent=dialect.user_agent)
        self._delivering = Lock()
        self._wake = Flag()
        self._stopping = Flag()
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Start with the events that an earlier process left undelivered or held."""
        self.release()
        self.ungroup()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._poster.close()

    def emit(self, payload: Record) -> None:
        """Write an event; call it inside the transaction that causes it."""
        event_id, event_type = payload["id"], payload["type"]
        record = {"id": event_id, "type": event_type, "payload": payload, "attempts": [], "_born": self.clock.now()}
        record |= {"state": self._first_state(event_type), "_due": self.clock.now() + self.behavior.delay}
        record |= {"_copies": self.behavior.duplicate, "_asked": 0}
        self.store.put("event", event_id, record)
        self._release_full_group()
        self._wake.set()

    def _first_state(self, event_type: str) -> str:
        if self.holding:
            return "held"
        if self.behavior.drops(event_type):
            return "dropped"
        return "grouped" if self.behavior.reorder > 1 else "pending"

    def _release_full_group(self, *, force: bool = False) -> None:
        group = self.store.find("event", state="grouped")
        if force or len(group) >= self.behavior.reorder > 1:
            self._queue(group[::-1], at=max((event["_due"] for event in group), default=0.0))

    def _queue(self, events: Sequence[Record], *, at: float) -> None:
        """Schedule these events for delivery in this order."""
        for index, event in enumerate(events):
            self._put(event, state="pending", _due=at + index / 1000)

    def _put(self, event: Record, **changes: Any) -> None:
        self.store.put("event", event["id"], event | changes)

    def headers(self, body: bytes, *, secret: str | None = None, at: int | None = None) -> dict[str, str]:
        """Return the header that signs a body, at a time in Unix seconds."""
        timestamp = int(time.time()) - self.behavior.age if at is None else at
        return {self.dialect.signature_header: sign(secret or self.behavior.secret or self.secret, body, at=timestamp)}

    def take(self) -> list[Event]:
        """Return the held events, oldest first; they become taken and are not delivered unless redelivered."""
        with self.store.transaction():
            held = self.store.find("event", state="held")
            for event in held:
                self._put(event, state="taken")
        return [Event(event["id"], event["type"], self.dialect.body_of(event)) for event in held]

    def note_delivery(self, event_id: str) -> None:
        """Count an event as delivered; an unknown one is ignored."""
        with self.store.transaction():
            if event := self.store.get("event", event_id):
                self._put(event, state="delivered")

    def hold(self) -> None:
        self.holding = True

    def post_to(self, url: str | None) -> None:
        """Deliver to this URL from now on, the held events first; None holds them again."""
        self.hold()
        with self._delivering:  # a delivery that runs has its URL
            self.url = url
            if url is None:
                self._hold_waiting()
        self.release()

    def _hold_waiting(self) -> None:
        with self.store.transaction():
            for event in [*self.store.find("event", state="pending"), *self.store.find("event", state="grouped")]:
                self._put(event, state="held")

    def release(self, order: Sequence[str] | None = None) -> None:
        """Deliver from now on, and the held events as well: in the order of these ids, or oldest first."""
        if self.url is None:
            return
        self.holding = False
        with self.store.transaction():
            held = {event["id"]: event for event in self.store.find("event", state="held")}
            wanted = list(held) if order is None else [event_id for event_id in order if event_id in held]
            self._queue([held[event_id] for event_id in wanted], at=self.clock.now())
        self._wake.set()

    def ungroup(self) -> None:
        """Deliver groups that are incomplete."""
        with self.store.transaction():
            self._release_full_group(force=True)
        self._wake.set()

    def redeliver(self, event_id: str) -> bool:
        """Deliver an event once more, whatever its state; return False if it is unknown."""
        with self.store.transaction():
            event = self.store.get("event", event_id)
            if event is not None:
                now = self.clock.now()
                state = "pending" if self.url else "held"
                self._put(event, state=state, _due=now, _born=now, _asked=event["_asked"] + 1)
        self._wake.set()
        return event is not None

    def flush(self) -> None:
        """Attempt every undelivered event once, due or not; return when that is done."""
        self.ungroup()
        self._deliver(until=math.inf)

    def deliver_due(self) -> None:
        """Attempt the events that are due; return when that is done."""
        self._deliver(until=self.clock.now())

    def clear(self) -> None:
        """Delete all events; when this returns, no delivery is running either."""
        with self._delivering:
            self.store.clear("event")

    def wake(self) -> None:
        self._wake.set()

    def events(self) -> list[Record]:
        return self.store.find("event")

    def deliveries(self) -> list[Record]:
        """Return every attempt so far, in order, with its event."""
        attempts = [
            {"event_id": event["id"], "type": event["type"], **attempt}
            for event in self.events()
            for attempt in event["attempts"]
        ]
        return sorted(attempts, key=lambda attempt: float(attempt["_at"]))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.deliver_due()
            self._wake.wait(self._seconds_to_next())
            self._wake.clear()

    def _seconds_to_next(self) -> float:
        delays = [event["_due"] - self.clock.now() for event in self.store.find("event", state="pending")]
        return min(60.0, max(0.01, min(delays, default=60.0)))

    def _deliver(self, *, until: float) -> None:
        with self._delivering:
            due = [event for event in self.store.find("event", state="pending") if event["_due"] <= until]
            for event in sorted(due, key=lambda event: float(event["_due"])):
                if self._stopping.is_set():
                    return
                self._deliver_one(event)

    def _deliver_one(self, event: Record) -> None:
        body = self.dialect.body_of(event)
        attempt = self._poster.post(self.url or "", body, self.headers(body))
        with self.store.transaction():
            current = self.store.get("event", event["id"]) or event
            current["attempts"].append(attempt)
            # A redelivery that was requested during this delivery must still happen.
            redelivery_requested = current["_asked"] != event["_asked"]
            next_fields = self._next_fields(current, succeeded=attempt["response_status_code"] // 100 == 2)
            self._put(current, **({} if redelivery_requested else next_fields))

    def _next_fields(self, event: Record, *, succeeded: bool) -> Record:
        now = self.clock.now()
        if succeeded:
            copies = event["_copies"]
            return {"state": "pending" if copies else "delivered", "_copies": max(0, copies - 1), "_due": now}
        if now - event["_born"] > GIVE_UP_AFTER:
            return {"state": "abandoned"}
        return {"_due": now + RETRY_DELAYS[min(len(event["attempts"]), len(RETRY_DELAYS)) - 1]}
