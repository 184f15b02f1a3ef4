"""The Stripe adapter for the payment port. Importing it imports no SDK: the first call does.

The SDK costs a process 10 MB and 230 ms of CPU with its first call; a call takes 1.1 ms of CPU.
4.9 MB are `requests` and urllib3: the SDK imports `requests` wherever it is installed, whether its HTTP client uses it or not.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from learnstream.clock import now
from learnstream.errors.payment_service import OtherMode, Refused, Unconfigured, Unreachable
from learnstream.integrations.payments import (
    CALL_LIMIT,
    Checkout,
    CheckoutRequest,
    Listing,
    PaymentEvent,
    ReceivedEvent,
    RefundRequest,
    VendorDispute,
    VendorRefund,
    within,
)
from learnstream.integrations.stripe import events, records
from learnstream.integrations.stripe.fields import UNREADABLE

if TYPE_CHECKING:
    from stripe import StripeClient

log = logging.getLogger(__name__)

# Objects per page of a list; Stripe's maximum.
PAGE = 100
# What a checkout's answer contains of other objects: where its receipt and its invoice are.
EXPANDED = ["payment_intent.latest_charge", "invoice"]
# Stripe refuses an address outside ASCII, and with it the whole page.
PLAIN_ADDRESS = re.compile(r"[\x21-\x7e]+@[\x21-\x7e]+")
MAX_NAME, MAX_DESCRIPTION = 250, 1000

Result = TypeVar("Result")


class StripePayments:
    """A `PaymentService`."""

    def __init__(self, api_url: str, key: str, webhook_secrets: Sequence[str]) -> None:
        self._api_url = api_url
        self._key = key
        self._webhook_secrets = webhook_secrets
        self.livemode = "_live_" in key[:8]

    @cached_property
    def _client(self) -> "StripeClient":
        # Created by the first call, hence after gunicorn's fork.
        from learnstream.integrations.stripe.client import connect  # noqa: PLC0415 - see the module

        return connect(self._api_url, self._key)

    def open_checkout(self, request: CheckoutRequest) -> Checkout:
        key = f"checkout-{request.order_id}-{request.attempt}"
        return self._post(records.checkout, lambda it: it.checkout.sessions.create, _session(request), key=key)

    def find_checkout(self, checkout_id: str) -> Checkout:
        return self._get(records.checkout, lambda it: it.checkout.sessions.retrieve, checkout_id, expand=EXPANDED)

    def find_checkout_of_payment(self, payment_id: str) -> Checkout | None:
        asked = {"payment_intent": payment_id, "limit": 1}
        found = self._list(records.checkout, lambda it: it.checkout.sessions.list, asked, expand=EXPANDED)
        return next(iter(found.items), None)

    def expire_checkout(self, checkout_id: str) -> Checkout:
        with within(CALL_LIMIT):
            try:
                return self._post(records.checkout, lambda it: it.checkout.sessions.expire, checkout_id, {})
            except Refused:
                # It is not open any more: the buyer may have paid a moment ago.
                return self.find_checkout(checkout_id)

    def list_checkouts(self, created_after: datetime, cursor: str | None = None) -> Listing[Checkout]:
        asked = _page(created_after, cursor)
        return self._list(records.checkout, lambda it: it.checkout.sessions.list, asked, expand=EXPANDED)

    def refund(self, request: RefundRequest) -> VendorRefund:
        return self._post(
            records.refund, lambda it: it.refunds.create, _refund(request), key=f"refund-{request.refund_id}"
        )

    def find_refund(self, refund_id: str) -> VendorRefund:
        return self._get(records.refund, lambda it: it.refunds.retrieve, refund_id)

    def list_refunds(self, created_after: datetime, cursor: str | None = None) -> Listing[VendorRefund]:
        return self._list(records.refund, lambda it: it.refunds.list, _page(created_after, cursor))

    def list_refunds_of_payment(self, payment_id: str, cursor: str | None = None) -> Listing[VendorRefund]:
        asked = {"payment_intent": payment_id} | _page(None, cursor)
        return self._list(records.refund, lambda it: it.refunds.list, asked)

    def find_dispute(self, dispute_id: str) -> VendorDispute:
        return self._get(records.dispute, lambda it: it.disputes.retrieve, dispute_id)

    def list_events(
        self, created_after: datetime, *, undelivered: bool = False, cursor: str | None = None
    ) -> Listing[ReceivedEvent]:
        asked = _page(created_after, cursor) | {"types": sorted(events.HANDLED)}
        if undelivered:
            asked["delivery_success"] = False
        return self._list(events.listed, lambda it: it.events.list, asked)

    def receive_event(self, body: bytes, header: str) -> ReceivedEvent:
        if not self._webhook_secrets:
            raise Unconfigured()
        events.verify(body, header, self._webhook_secrets, now())
        event = events.identify(body)
        if event.livemode is not self.livemode:
            raise OtherMode()
        return event

    def read_event(self, body: bytes) -> PaymentEvent:
        return events.read(body)

    def _post(
        self, reader: Callable[[Any], Result], choose: Callable[[Any], Any], *arguments: Any, key: str | None = None
    ) -> Result:
        """Send a request that changes something; `key` names its effect."""
        options = {"idempotency_key": key} if key else {}
        data = self._call(choose, *arguments, options, posts=True)
        return self._read(reader, data, posts=True)

    def _get(
        self, reader: Callable[[Any], Result], choose: Callable[[Any], Any], of_id: str, *, expand: Sequence[str] = ()
    ) -> Result:
        data = self._call(choose, of_id, {"expand": [*expand]} if expand else {}, posts=False)
        if isinstance(data, Mapping) and data.get("id") not in {None, of_id}:
            raise Unreachable(f"{data['id']!r:.60} instead of {of_id}")
        return self._read(reader, data, posts=False)

    def _list(
        self,
        reader: Callable[[Any], Result],
        choose: Callable[[Any], Any],
        asked: Mapping[str, Any],
        *,
        expand: Sequence[str] = (),
    ) -> Listing[Result]:
        params = {**asked, "expand": [f"data.{each}" for each in expand]} if expand else asked
        data = self._call(choose, params, posts=False)
        return self._read(lambda page: _listing(page, reader), data, posts=False)

    def _call(self, choose: Callable[[Any], Any], *arguments: Any, posts: bool) -> Any:
        from learnstream.integrations.stripe.client import call  # noqa: PLC0415 - see the module

        return call(choose(self._client.v1), *arguments, posts=posts)

    def _read(self, reader: Callable[[Any], Result], data: Any, *, posts: bool) -> Result:
        try:
            return reader(data)
        except UNREADABLE as error:
            raise Unreachable(f"unexpected response: {error!r:.300}", outcome_unknown=posts) from error


def _session(request: CheckoutRequest) -> dict[str, Any]:
    """Return the parameters of a checkout session. Metadata are of the session, and of the payment that it makes."""
    ours = {"order_id": str(request.order_id), "attempt": str(request.attempt), "reference": request.reference}
    product = {"name": _text(request.name, MAX_NAME), "description": _text(request.description, MAX_DESCRIPTION)}
    price = {
        "currency": request.amount.currency,
        "unit_amount": request.amount.amount,
        # An empty text would be refused: it unsets a field.
        "product_data": {name: value for name, value in product.items() if value},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "client_reference_id": str(request.order_id),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours, "description": product["name"]},
        "expires_at": int(request.expires_at.timestamp()),
        "invoice_creation": {"enabled": True},
        "automatic_tax": {"enabled": request.automatic_tax},
        "locale": request.locale,
    }
    if PLAIN_ADDRESS.fullmatch(request.buyer_email):
        params["customer_email"] = request.buyer_email
    return params


def _refund(request: RefundRequest) -> dict[str, Any]:
    return {
        "payment_intent": request.payment_id,
        "amount": request.amount.amount,
        "reason": request.reason.value,
        "metadata": {"refund_id": str(request.refund_id), "order_id": str(request.order_id)},
    }


def _text(text: str, longest: int) -> str:
    """Return a text that can be sent: without NUL and lone surrogates, and not too long."""
    return text.replace("\0", " ").encode(errors="replace").decode()[:longest].strip()


def _page(created_after: datetime | None, cursor: str | None) -> dict[str, Any]:
    params: dict[str, Any] = {"limit": PAGE}
    if created_after is not None:
        params["created"] = {"gte": int(created_after.timestamp())}
    if cursor is not None:
        params["starting_after"] = cursor
    return params


def _listing(page: Any, reader: Callable[[Any], Result]) -> Listing[Result]:
    if page["object"] != "list":
        raise ValueError(f"a {page['object']!r:.40} instead of a list")
    found = page["data"]
    return Listing([*_readable(found, reader)], found[-1]["id"] if page["has_more"] else None)


def _readable(found: Sequence[Any], reader: Callable[[Any], Result]) -> Iterator[Result]:
    """Yield the objects of a list. One that cannot be parsed hides no other: other systems may share the account."""
    for each in found:
        try:
            yield reader(each)
        except UNREADABLE as error:
            log.info("skipped in a list: %.200r", error)
