"""The payment port: the operations that LearnStream needs from a payment service, and their types.

A *checkout* is a page of the service on which one order is paid. All ids are the service's, except `order_id`,
`attempt` and `refund_id`, which are ours and travel with its objects; they are None on objects that others made.
"""

import enum
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from flask import current_app, has_request_context, request

from learnstream.errors.payment_service import Unconfigured
from learnstream.text.money import Money

EXTENSION = "payment_service"
# Seconds that a call takes at most, with its repetition; and all calls of one request together, so that it ends within 15 s.
CALL_LIMIT = 12.0
REQUEST_LIMIT_ENDS = "learnstream.payment_calls_end"

_deadline: ContextVar[float] = ContextVar("payment_calls_deadline", default=float("inf"))

Item = TypeVar("Item")


class CheckoutStatus(enum.StrEnum):
    """The state of the page. `unknown`: a state that this release does not know."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class PaymentStatus(enum.StrEnum):
    """Whether there is money. A complete checkout that is `unpaid` was paid by a method that takes days."""

    UNPAID = "unpaid"
    PAID = "paid"
    NO_PAYMENT_REQUIRED = "no_payment_required"
    UNKNOWN = "unknown"


class RefundStatus(enum.StrEnum):
    """The state of a refund; one that succeeded can fail later, at the buyer's bank."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class RefundReason(enum.StrEnum):
    """Why money is refunded, as the service records it."""

    DUPLICATE = "duplicate"
    REQUESTED = "requested_by_customer"


class DisputeStatus(enum.StrEnum):
    """The state of a dispute; none is final. The `warning_…` ones are inquiries, which take no money."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    APPEAL_NEEDS_RESPONSE = "appeal_needs_response"
    APPEAL_UNDER_REVIEW = "appeal_under_review"
    PREVENTED = "prevented"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A page to pay an order on.

    order_id, attempt: together name the effect; another attempt is another page. reference: tells the order from those of
    other systems with the same account.
    name, description: what is sold, as the page shows it. cancel_url: where the page leads back to.
    expires_at: from 30 minutes to 24 hours from now. locale: the page's language; "auto" is the browser's.
    """

    order_id: int
    attempt: int
    reference: str
    name: str
    amount: Money
    description: str
    success_url: str
    cancel_url: str
    buyer_email: str
    expires_at: datetime
    automatic_tax: bool = False
    locale: str = "auto"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A snapshot of a checkout. Amounts are in minor units of `currency`; `tax` is contained in `total`.

    url: the page, only while it is open. payment_failed: a method that takes days has failed.
    charge_id, receipt_url, invoice_url, invoice_pdf_url: None where the service does not tell, as in events.
    """

    id: str
    status: CheckoutStatus
    payment_status: PaymentStatus
    url: str | None
    expires_at: datetime
    subtotal: int
    total: int
    tax: int
    currency: str
    order_id: int | None
    attempt: int | None
    reference: str | None
    payment_id: str | None
    charge_id: str | None
    receipt_url: str | None
    invoice_url: str | None
    invoice_pdf_url: str | None
    livemode: bool
    created_at: datetime
    payment_failed: bool = False


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund of a payment, in part or in full. `refund_id` names the effect."""

    refund_id: int
    order_id: int
    payment_id: str
    amount: Money
    reason: RefundReason = RefundReason.REQUESTED


@dataclass(frozen=True, slots=True)
class VendorRefund:
    """A snapshot of a refund. `refund_id` is None for one that was made in the service's dashboard."""

    id: str
    payment_id: str | None
    charge_id: str | None
    amount: int
    currency: str
    status: RefundStatus
    refund_id: int | None
    failure_reason: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VendorDispute:
    """A snapshot of a dispute. `due_by`: until when evidence is accepted; None if none is."""

    id: str
    payment_id: str | None
    charge_id: str
    amount: int
    currency: str
    status: DisputeStatus
    reason: str
    due_by: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RefundedCharge:
    """A charge of which something was refunded. `amount_refunded` is the running total of all its refunds."""

    id: str
    payment_id: str | None
    amount: int
    amount_refunded: int
    currency: str


@dataclass(frozen=True, slots=True)
class FraudWarning:
    """A bank's early warning: a dispute of this charge is likely."""

    id: str
    payment_id: str | None
    charge_id: str
    fraud_type: str
    created_at: datetime


EventObject = Checkout | VendorRefund | VendorDispute | RefundedCharge | FraudWarning


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """An event as it is stored: who it is, and its bytes. Its object is not read yet."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """An event with its object, a snapshot of that time; None if events of this type are not relevant."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    object: EventObject | None


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """A page of a list, newest first, and the next page's cursor; None on the last page."""

    items: Sequence[Item]
    next_cursor: str | None


class UnreadableEvent(ValueError):
    """An event of a relevant type does not have the expected shape."""


class PaymentService(Protocol):
    """A payment service. Every call may raise `PaymentServiceError`, and takes at most `CALL_LIMIT` seconds.

    All calls of one request share that limit.

    A call is repeated once if that is safe. `open_checkout` and `refund` have an idempotency key made of our ids: the
    same request has its effect once, however often it is sent within a day.
    """

    livemode: bool  # real money

    def open_checkout(self, request: CheckoutRequest) -> Checkout:
        """Create the page for an attempt at an order, or return it as it was created."""

    def find_checkout(self, checkout_id: str) -> Checkout:
        """Return a checkout as it is now. Raises `Unknown`."""

    def find_checkout_of_payment(self, payment_id: str) -> Checkout | None:
        """Return the checkout that a payment was made on; None if it was made on none."""

    def expire_checkout(self, checkout_id: str) -> Checkout:
        """Expire a checkout if it is open, and return it as it is then: complete, if the buyer was faster."""

    def list_checkouts(self, created_after: datetime, cursor: str | None = None) -> Listing[Checkout]:
        """Return a page of the checkouts."""

    def refund(self, request: RefundRequest) -> VendorRefund:
        """Refund a payment. Raises `Refused` if so much cannot be refunded; `why` says the reason."""

    def find_refund(self, refund_id: str) -> VendorRefund:
        """Return a refund as it is now. Raises `Unknown`."""

    def list_refunds(self, created_after: datetime, cursor: str | None = None) -> Listing[VendorRefund]:
        """Return a page of the refunds, whoever made them."""

    def list_refunds_of_payment(self, payment_id: str, cursor: str | None = None) -> Listing[VendorRefund]:
        """Return a page of the refunds of one payment."""

    def find_dispute(self, dispute_id: str) -> VendorDispute:
        """Return a dispute as it is now. Raises `Unknown`."""

    def list_events(
        self, created_after: datetime, *, undelivered: bool = False, cursor: str | None = None
    ) -> Listing[ReceivedEvent]:
        """Return a page of the events of the last 30 days; `undelivered`: only those that no server acknowledged."""

    def receive_event(self, body: bytes, header: str) -> ReceivedEvent:
        """Verify and identify a webhook. No request is sent.

        Raises:
            Unconfigured: no webhook secret is configured.
            EventSignatureInvalid, EventSignatureExpired, NotAPaymentEvent, OtherMode: it must not be accepted.
        """

    def read_event(self, body: bytes) -> PaymentEvent:
        """Parse a stored event. No request is sent.

        Raises:
            UnreadableEvent: its type is relevant, but its object cannot be parsed.
        """


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the total time of the enclosed calls; a shorter limit around it still counts."""
    token = _deadline.set(min(_deadline.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float:
    """Return how many seconds are left to the present call."""
    return min(_deadline.get(), _request_deadline()) - time.monotonic()


def _request_deadline() -> float:
    """Return until when the present request, if there is one, may call the service: it counts from the first call."""
    later = time.monotonic() + CALL_LIMIT
    return float(request.environ.setdefault(REQUEST_LIMIT_ENDS, later)) if has_request_context() else later


def current_payments() -> PaymentService:
    """Return the configured payment service.

    Raises:
        Unconfigured: none is configured.
    """
    chosen: PaymentService | None = current_app.extensions[EXTENSION]()
    if chosen is None:
        raise Unconfigured()
    return chosen


def is_configured() -> bool:
    """Return whether a payment service is configured."""
    return current_app.extensions[EXTENSION]() is not None


def is_live() -> bool | None:
    """Return whether the configured service moves real money; None without one."""
    return current_payments().livemode if is_configured() else None
