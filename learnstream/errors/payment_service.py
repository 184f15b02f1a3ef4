"""Errors of calls to the payment service, and of its webhooks."""

from learnstream.errors import AppError, BadRequest, Conflict, NotFound, Unavailable
from learnstream.errors.family import Retry


class PaymentServiceError(AppError):
    """The payment service failed or rejected the request.

    permanent: the same request will fail again. outcome_unknown: the request may have taken effect nevertheless.
    reason: the service's message, for the log; it is not sent to clients.
    """

    status, code = 503, "payment_service_failed"
    detail = "The payment service does not respond; try again shortly. Repeating the request is safe."
    permanent = False
    retry_after = 5  # seconds

    def __init__(self, reason: str = "", *, outcome_unknown: bool = False) -> None:
        super().__init__(headers={} if self.permanent else {"Retry-After": str(self.retry_after)})
        self.reason = reason
        self.outcome_unknown = outcome_unknown

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}"


class Unreachable(PaymentServiceError):
    """There was no usable answer: refused, cut, too late, a 5xx, or not what was asked for.

    With `outcome_unknown`, repeat the request with the same arguments: it has the same idempotency key, and so the
    effect of one.
    """


class Busy(PaymentServiceError):
    """The service limits requests, or a request for the same effect is running; nothing happened, repeat it later."""


class Refused(PaymentServiceError):
    """The service rejected the request, which had no effect.

    field: the parameter that it names, as the service calls it, or "". why: the service's code, such as
    `charge_already_refunded`, or "".
    """

    permanent = True
    status, code, detail = 502, "payment_service_refused", "The payment service rejected this request."

    def __init__(self, reason: str = "", *, field: str = "", why: str = "") -> None:
        super().__init__(reason)
        self.field = field
        self.why = why


class Unknown(Refused):
    """The service has no object with this id."""


class AmountRefused(Refused):
    """The amount is too small or too large for the service."""


class KeyReused(Refused):
    """The idempotency key of this effect was used for a request with other parameters."""


class Unconfigured(Unavailable):
    """No credentials for a payment service are configured."""

    code, detail = "payments_unconfigured", "Payments are not configured on this server."
    retry_after = 300


class EventSignatureInvalid(BadRequest):
    code = "payment_signature_invalid"
    detail = "The Stripe-Signature header does not match this body."
    retry = Retry.NEVER


class EventSignatureExpired(BadRequest):
    code = "payment_signature_expired"
    detail = "The timestamp in the Stripe-Signature header is more than five minutes old."
    retry = Retry.NEVER


class NotAPaymentEvent(BadRequest):
    code = "not_a_payment_event"
    detail = 'The body must be an event: a JSON object with `object: "event"`, `id`, `type`, `created` and `livemode`.'
    retry = Retry.NEVER


class OtherMode(BadRequest):
    """A test event for a server with a live key, or the other way round."""

    code = "payment_mode_mismatch"
    detail = "The event is of the other mode: this server's key and the event must both be live, or both test."
    retry = Retry.NEVER


class NoSuchPaymentEvent(NotFound):
    detail = "The payment service's webhook event does not exist."


class PaymentEventNotParked(Conflict):
    code, detail = "not_parked", "Only an event that was given up can be skipped."
