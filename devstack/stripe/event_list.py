"""`GET /v1/events`: what happened in the last 30 days, whether it was delivered or not."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from devstack.emulation.store import Record
from devstack.stripe import forms
from devstack.stripe.context import current_context
from devstack.stripe.errors import invalid
from devstack.stripe.lists import LISTING, page
from devstack.stripe.requests import query

blp = Blueprint("events", __name__, url_prefix="/v1/events")
KEPT = 30 * 24 * 3600
MAX_TYPES = 20
FILTERS = {**LISTING, "type": forms.text(), "types": [forms.text()], "delivery_success": forms.boolean}


@blp.get("")
def list_events() -> ResponseReturnValue:
    asked, context = query(FILTERS), current_context()
    types, delivered = asked.pop("types", None), asked.pop("delivery_success", None)
    if types and (len(types) > MAX_TYPES or "type" in asked):
        raise invalid("types", f"At most {MAX_TYPES} types can be given, and not beside `type`.")

    def matches(event: Record) -> bool:
        return (
            event["payload"]["created"] > context.now() - KEPT
            and (types is None or event["type"] in types)
            and (delivered is None or (event["state"] == "delivered") is delivered)
        )

    return jsonify(page(context.store, "event", asked, "/v1/events", lambda each: each["payload"], matches))


@blp.get("/<event_id>")
def read_event(event_id: str) -> ResponseReturnValue:
    query({"expand": [forms.text()]})
    return jsonify(current_context().load("event", event_id)["payload"])
