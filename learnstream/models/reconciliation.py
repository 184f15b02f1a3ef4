"""How far the comparison of orders with the payment service has come."""

import enum

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learnstream.models.columns import MaybeInstant, words
from learnstream.stores.sql import Model


class ReconciliationStep(enum.StrEnum):
    """The steps of a pass, in their order."""

    CHECKOUTS = "checkouts"
    EVENTS = "events"
    REFUNDS = "refunds"
    ORDERS = "orders"


class Reconciliation(Model):
    """The one row of reconciliation. A pass that was stopped resumes at `step` and `cursor`, with lists from `since` on.

    While a worker runs it, `lease_until` lies ahead. `finished_at` is the end of the last whole pass, which began at
    `covered_at`; `corrected` counts what has been changed ever, and `last_error` is that of the last run, if it failed.
    """

    __tablename__ = "payment_reconciliation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lease_until: Mapped[MaybeInstant]
    started_at: Mapped[MaybeInstant]
    step: Mapped[ReconciliationStep | None] = mapped_column(words(ReconciliationStep))
    since: Mapped[MaybeInstant]
    cursor: Mapped[str | None] = mapped_column(String(255))
    covered_at: Mapped[MaybeInstant]
    finished_at: Mapped[MaybeInstant]
    corrected: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    last_error: Mapped[str | None] = mapped_column(Text)
    # When events were found last that the vendor could not deliver.
    undelivered_at: Mapped[MaybeInstant]
