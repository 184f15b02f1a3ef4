"""The emulator's controls: called by tests in the same process, and by `remote` for other processes."""

from collections.abc import Sequence
from typing import Any

from devstack.emulation.behavior import ApiFault
from devstack.emulation.store import Record
from devstack.emulation.webhooks import Event
from devstack.stripe import books, disputes, payments, refunds
from devstack.stripe.context import Context
from devstack.stripe.payments import Method

BUYER = {"name": "A Buyer", "email": "buyer@example.com"}


class Control:
    context: Context

    # Misbehavior

    def misbehave(self, *, api: ApiFault | dict[str, Any] | None = None, **changes: Any) -> None:
        """Misbehave from now on; the arguments are the fields of `StripeBehavior` and `ApiFault`."""
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
        """Return the held events, oldest first; each is returned once."""
        return self.context.webhooks.take()

    def sign(self, body: bytes, *, secret: str | None = None, at: int | None = None) -> dict[str, str]:
        """Return the headers with which these bytes would be posted."""
        return {**self.context.webhooks.headers(body, secret=secret, at=at), "Content-Type": "application/json"}

    def events(self) -> list[Record]:
        """Return all events with their state: held, taken, grouped, pending, delivered, dropped, abandoned."""
        return self.context.webhooks.events()

    def deliveries(self) -> list[Record]:
        """Return every attempt to post an event, in order; `response_status_code` is 0 if there was no response."""
        return self.context.webhooks.deliveries()

    def redeliver(self, event_id: str) -> bool:
        """Post an event once more, whatever its state; return False if it does not exist."""
        return self.context.webhooks.redeliver(event_id)

    def flush(self) -> None:
        """Attempt every undelivered event once, due or not; return when that is done."""
        self.context.webhooks.flush()

    def advance(self, seconds: float) -> None:
        """Advance the clock: sessions expire, idempotency keys are forgotten, events are tried again."""
        self.context.clock.advance(seconds)
        self.context.webhooks.wake()

    # Buyers and banks

    def pay(self, session_id: str, method: str = Method.CARD, **buyer: str) -> Record:
        """Pay a session, as on its page: `card`, `declined`, or `debit`, which `settle` decides."""
        return payments.pay(self.context, session_id, Method(method), BUYER | buyer)

    def settle(self, session_id: str, *, succeeded: bool = True) -> Record:
        """Decide a debit."""
        return payments.settle(self.context, session_id, succeeded=succeeded)

    def refund(self, charge_id: str, amount: int | None = None, status: str = "succeeded") -> Record:
        """Refund a charge in the vendor's dashboard."""
        with self.context.store.transaction():
            charge = self.context.load(payments.CHARGE, charge_id)
            asked = {"status": status} | ({} if amount is None else {"amount": amount})
            return refunds.refund(self.context, charge, asked)

    def move_refund(self, refund_id: str, status: str) -> Record:
        """Let a refund become `succeeded`, `failed` or `canceled`."""
        return refunds.move(self.context, refund_id, status)

    def dispute(self, charge_id: str, amount: int | None = None, *, inquiry: bool = False) -> Record:
        """Dispute a charge."""
        return disputes.open_dispute(self.context, charge_id, amount=amount, inquiry=inquiry)

    def move_dispute(self, dispute_id: str, status: str) -> Record:
        """Give a dispute another status."""
        return disputes.move(self.context, dispute_id, status)

    def books(self) -> dict[str, books.Sums]:
        """Return what the vendor has of ours, by currency."""
        return books.of(self.context.store)
