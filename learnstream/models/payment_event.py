"""Webhook events of the payment service."""

import enum
import json
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import CreatedAt, Instant, MaybeInstant, RowId, words
from learnstream.stores.sql import Model


class PaymentEventState(enum.StrEnum):
    """Pending until it is done; ignored if it means nothing here; parked after too many tries, and then perhaps skipped."""

    PENDING = "pending"
    DONE = "done"
    IGNORED = "ignored"
    PARKED = "parked"
    SKIPPED = "skipped"


class ReceivedPaymentEvent(Model):
    """One event, inserted before it is acknowledged: `event_id` is the vendor's, `body` the bytes that were signed.

    `order_id` is the order that it turned out to be about, if any.
    """

    __tablename__ = "payment_events"
    __table_args__ = (
        Index("uq_payment_events_event_id", "event_id", unique=True),
        Index("ix_payment_events_pending", "next_try_at", postgresql_where=text("state = 'pending'")),
        Index("ix_payment_events_state_id", "state", "id"),
        Index("ix_payment_events_order_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_payment_events_received_at", "received_at"),
    )

    id: Mapped[RowId]
    event_id: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(100))
    livemode: Mapped[bool]
    vendor_created_at: Mapped[Instant]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[CreatedAt]
    state: Mapped[PaymentEventState] = mapped_column(words(PaymentEventState), default=PaymentEventState.PENDING)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[CreatedAt]
    last_error: Mapped[str | None] = mapped_column(Text)
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    done_at: Mapped[MaybeInstant]

    @property
    def payload(self) -> dict[str, Any]:
        """The event as the vendor wrote it."""
        payload: dict[str, Any] = json.loads(self.body)
        return payload
