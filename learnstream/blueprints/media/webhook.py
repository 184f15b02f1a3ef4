"""The endpoint for the video service's webhooks. It reads the raw bytes, because those are what is signed."""

from flask import current_app, request

from learnstream.blueprints.common.rate_limit import unlimited
from learnstream.blueprints.media import examples
from learnstream.clock import now
from learnstream.errors import TimedOut, TooLarge
from learnstream.errors.media import NotAnEvent, SignatureExpired, SignatureInvalid, WebhooksUnconfigured
from learnstream.errors.requests import BodyIncomplete, MalformedJson
from learnstream.integrations.mux import events
from learnstream.schemas.media.webhook_events import ReceiptSchema
from learnstream.services.media import webhooks
from learnstream.web.openapi import Blueprint
from learnstream.web.parsing import parse_json
from learnstream.web.route_facts import any_query

blp = Blueprint(
    "webhook",
    __name__,
    position=200,
    title="Webhooks",
    url_prefix="/webhooks",
    description="Webhooks of the video service.",
)

SIGNATURE = "Mux-Signature"
HEADER = {
    "in": "header",
    "name": SIGNATURE,
    "required": True,
    "description": "`t=<unix seconds>,v1=<hex>`: the HMAC-SHA256 of `<t>.<raw body>` with a configured secret.",
    "schema": {"type": "string"},
}
BODY = {
    "required": True,
    "description": "A webhook event as Mux sends it.",
    "content": {"application/json": {"schema": {"type": "object"}, "example": examples.EVENT}},
}


# The service may send many at once from one address, and each signature is checked before any costly work.
@blp.post("/mux")
@blp.doc(parameters=[HEADER], requestBody=BODY)
@any_query
@unlimited
@blp.response(200, ReceiptSchema, example={"id": examples.EVENT_ID})
@blp.raises(
    MalformedJson(errors={"json": ["Not valid JSON."]}),
    BodyIncomplete,
    TimedOut,
    NotAnEvent,
    SignatureInvalid,
    SignatureExpired,
    TooLarge,
    WebhooksUnconfigured,
)
def receive_mux_webhook() -> dict[str, str]:
    """Receive a Mux webhook.

    The response is sent once the event is stored. If possible, the event is applied first; otherwise it is retried
    later. A repeated delivery gets the same response and has no further effect. Events of no interest are stored too.
    """
    secrets = current_app.config["MUX_WEBHOOK_SECRETS"]
    if not secrets:
        raise WebhooksUnconfigured()
    raw = request.get_data()
    events.verify(raw, request.headers.get(SIGNATURE, ""), secrets, now())
    return {"id": webhooks.receive(raw, parse_json(raw))}
