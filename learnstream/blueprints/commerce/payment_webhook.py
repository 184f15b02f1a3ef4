"""The endpoint for the payment service's webhooks. It reads the raw bytes, because those are what is signed."""

from flask import request

from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.rate_limit import unlimited
from learnstream.errors import TimedOut, TooLarge
from learnstream.errors.payment_service import (
    EventSignatureExpired,
    EventSignatureInvalid,
    NotAPaymentEvent,
    OtherMode,
    Unconfigured,
)
from learnstream.errors.requests import BodyIncomplete, MalformedJson
from learnstream.integrations.payments import current_payments
from learnstream.schemas.commerce.payment_event import PaymentEventReceiptSchema
from learnstream.services.commerce import event_work
from learnstream.web import cast
from learnstream.web.openapi import Blueprint
from learnstream.web.route_facts import any_query

blp = Blueprint(
    "payment_webhook",
    __name__,
    position=201,
    title="Payment webhooks",
    url_prefix="/webhooks",
    description="Webhooks of the payment service.",
)

SIGNATURE = "Stripe-Signature"
HEADER = {
    "in": "header",
    "name": SIGNATURE,
    "required": True,
    "description": "`t=<unix seconds>,v1=<hex>`: the HMAC-SHA256 of `<t>.<raw body>` with a configured secret.",
    "schema": {"type": "string"},
}
EXAMPLE = {
    "id": cast.PAYMENT_EVENT_ID,
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1775905836,
    "livemode": False,
    "data": {"object": {"id": cast.CHECKOUT_ID, "object": "checkout.session", "payment_status": "paid"}},
}
BODY = {
    "required": True,
    "description": "A webhook event as Stripe sends it.",
    "content": {"application/json": {"schema": {"type": "object"}, "example": EXAMPLE}},
}


# The service may send many at once from one address, and each signature is checked before any costly work.
@blp.post("/stripe")
@blp.doc(parameters=[HEADER], requestBody=BODY)
@any_query
@unlimited
@commits()
@blp.response(200, PaymentEventReceiptSchema, example={"id": cast.PAYMENT_EVENT_ID})
@blp.raises(
    MalformedJson(errors={"json": ["Not valid JSON."]}),
    BodyIncomplete,
    TimedOut,
    NotAPaymentEvent,
    EventSignatureInvalid,
    EventSignatureExpired,
    OtherMode,
    TooLarge,
    Unconfigured,
)
def receive_stripe_webhook() -> dict[str, str]:
    """Receive a Stripe webhook.

    The response is sent once the event is stored; it is applied right after that, and tried again if that fails. A
    repeated delivery gets the same response and has no further effect. Events of no interest are stored too.
    """
    event = current_payments().receive_event(request.get_data(), request.headers.get(SIGNATURE, ""))
    event_work.receive(event)
    return {"id": event.id}
