"""Calls of Stripe's API through its SDK, and their errors. The only module that uses the SDK, with its HTTP client.

Of a response only the JSON is used: the SDK's objects are no mappings, and turn a response without content into an
object without fields.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

import stripe
from stripe import StripeClient, StripeError

from learnstream.errors import Unavailable
from learnstream.errors.payment_service import (
    AmountRefused,
    Busy,
    KeyReused,
    PaymentServiceError,
    Refused,
    Unknown,
    Unreachable,
)
from learnstream.integrations.payments import CALL_LIMIT, within
from learnstream.integrations.stripe.http_client import Urllib3Client
from learnstream.stores import bulkhead

log = logging.getLogger(__name__)

# What we were written for: an upgrade of the SDK must not change what is sent and received.
API_VERSION = "2026-10-28.endive"
# All four: one left out stays Stripe's real address.
ADDRESSES = ("api", "connect", "files", "meter_events")
# The SDK repeats a request once: after 409, 5xx or no response, unless `Stripe-Should-Retry` says otherwise.
RETRIES = 1
AMOUNT_CODES = frozenset({"amount_too_small", "amount_too_large", "invalid_amount"})
# Stripe's messages repeat what it refused, and ours are logged and stored.
ADDRESS = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")
BUSY_CODES = frozenset({"idempotency_key_in_use", "lock_timeout", "rate_limit"})

Params = Mapping[str, Any]


def connect(api_url: str, key: str) -> StripeClient:
    """Return a client. It connects with its first request, and all threads may share it."""
    # Telemetry would write an id of this machine below the home directory, and send it.
    stripe.enable_telemetry = False
    # At INFO it logs each request, at DEBUG the buyer's address.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    return StripeClient(
        key,
        base_addresses=dict.fromkeys(ADDRESSES, api_url),  # type: ignore[arg-type]
        http_client=Urllib3Client(),
        max_network_retries=RETRIES,
        stripe_version=API_VERSION,
    )


def call(operation: Callable[..., Any], *arguments: Any, posts: bool) -> Any:
    """Send a request and return the JSON of the response. `posts`: it changes something there.

    Raises:
        PaymentServiceError: there is no usable response.
    """
    try:
        with bulkhead.payments.slot(), within(CALL_LIMIT):
            return operation(*arguments).last_response.data
    except StripeError as error:
        raise _logged(operation, _translate(error, posts=posts)) from error
    except Unavailable as error:
        raise _logged(operation, Unreachable("too many requests wait for it")) from error
    # `null` and lists have no `last_response`, and errors of an unexpected shape raise what they like.
    except Exception as error:
        raise _logged(operation, Unreachable(f"{error!r:.300}", outcome_unknown=posts)) from error


def _logged(operation: Callable[..., Any], error: PaymentServiceError) -> PaymentServiceError:
    # Stripe's message goes to the log, not to the client.
    log.warning("%s: %s", getattr(operation, "__qualname__", operation), error)
    return error


def _translate(error: StripeError, *, posts: bool) -> PaymentServiceError:
    reason = ADDRESS.sub("<address>", f"{error.http_status or ''} {error}"[:500]).strip()
    details = error.error
    # Not every class of the SDK's errors passes them on.
    why, field = (_text(getattr(details, name, "")) for name in ("code", "param"))
    if isinstance(error, stripe.RateLimitError) or why in BUSY_CODES:
        return Busy(reason)
    if isinstance(error, stripe.IdempotencyError):
        return KeyReused(reason, why="idempotency_error")
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError):
        return _refusal(error.http_status, why)(reason, field=field, why=why)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        # Our key is wrong or lacks a permission: nothing happened, and the same request succeeds once it is mended.
        return PaymentServiceError(reason)
    return Unreachable(reason, outcome_unknown=posts)


def _refusal(status: int | None, why: str) -> type[Refused]:
    if status == 404 or why == "resource_missing":
        return Unknown
    return AmountRefused if why in AMOUNT_CODES else Refused


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
