"""The endpoint for the video service's webhooks. It reads the raw bytes, because those are what is signed."""

from flask import current_app, request

from learnstream.clock import now
from learnstream.errors import BadRequest, TimedOut, TooLarge
from learnstream.errors.media import NotAnEvent, SignatureExpired, SignatureInvalid, WebhooksUnconfigured
from learnstream.errors.requests import BodyIncomplete
from learnstream.integrations.mux import events
from learnstream.schemas.media.webhook_events import ReceiptSchema
from learnstream.services.media import webhooks
from learnstream.web.openapi import Blueprint
from learnstream.web.parsing import parse_json

blp = Blueprint(
    "webhook", __name__, title="Webhooks", url_prefix="/webhooks", description="Webhooks of the video service."
)

SIGNATURE = "Mux-Signature"
HEADER = {
    "in": "header",
    "name": SIGNATURE,
    "required": True,
    "description": "`t=<unix seconds>,v1=<hex>`: the HMAC-SHA256 of `<t>.<raw body>` with a configured secret.",
    "schema": {"type": "string"},
}
EVENT = {
    "type": "video.asset.ready",
    "id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca",
    "created_at": "2026-03-01T12:00:00.000000Z",
    "object": {"type": "asset", "id": "z3K6DX4yhJJ2CAe7ZcXCuWpNd501wa9axPmtROO5I5tc"},
    "data": {"id": "z3K6DX4yhJJ2CAe7ZcXCuWpNd501wa9axPmtROO5I5tc", "status": "ready", "duration": 2.976},
}
BODY = {
    "required": True,
    "description": "A webhook event as Mux sends it.",
    "content": {"application/json": {"schema": {"type": "object"}, "example": EVENT}},
}


# The service may send many at once from one address, and each signature is checked before any costly work.
@blp.post("/mux")
@blp.doc(parameters=[HEADER], requestBody=BODY)
@blp.response(200, ReceiptSchema, example={"id": "4813455b-8fe8-40cc-9150-9aa5e2de67ca"})
@blp.raises(
    BadRequest("malformed_json", "The body is not valid JSON.", errors={"json": ["Not valid JSON."]}),
    BodyIncomplete,
    TimedOut,
    NotAnEvent,
    SignatureInvalid,
    SignatureExpired,
    TooLarge,
    WebhooksUnconfigured,
)
@blp.unlimited
@blp.any_query
def receive_mux() -> dict[str, str]:
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
