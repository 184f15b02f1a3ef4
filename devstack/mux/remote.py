"""`/_emulator/…`: the controls for other processes, protected by the API's access token."""

from types import UnionType
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from devstack.mux.control import Control
from devstack.mux.errors import MuxError, not_found

blp = Blueprint("remote", __name__, url_prefix="/_emulator")


def control() -> Control:
    value: Control = current_app.extensions["mux_control"]
    return value


def request_json() -> dict[str, object]:
    """Return the request's JSON object; empty without a body."""
    value = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(value, dict):
        raise MuxError(400, "The request body must be a JSON object")
    return value


def request_field(name: str, kind: type | UnionType, expected: str) -> Any:
    """Return a field of the request's JSON object.

    Raises:
        MuxError: 400, it is missing or of another type.
    """
    value = request_json().get(name)
    if not isinstance(value, kind):
        raise MuxError(400, f"{name} must be {expected}")
    return value


@blp.post("/misbehave")
def misbehave() -> ResponseReturnValue:
    """Set fields of `MuxBehavior`: `{"duplicate": 1}` or `{"api": {"kind": "status", "status": 503, "times": 2}}`."""
    try:
        control().misbehave(**request_json())  # type: ignore[arg-type]
    except ValueError as error:
        raise MuxError(400, str(error)) from None
    return "", 204


@blp.post("/<any(behave, hold, flush, reset):action>")
def act(action: str) -> ResponseReturnValue:
    """Call a control that takes no arguments."""
    getattr(control(), action)()
    return "", 204


@blp.get("/events")
def events() -> ResponseReturnValue:
    return jsonify(data=control().events())


@blp.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    return jsonify(data=control().deliveries())


@blp.post("/events/<event_id>/redeliver")
def redeliver(event_id: str) -> ResponseReturnValue:
    if not control().redeliver(event_id):
        raise not_found()
    return "", 204


@blp.post("/release")
def release() -> ResponseReturnValue:
    """Release the held events; the body is `{"order": [event id, …]}` or empty."""
    control().release(request_field("order", list | None, "a list of event ids"))
    return "", 204


@blp.post("/advance")
def advance() -> ResponseReturnValue:
    """Advance the clock; the body is `{"seconds": 3600}`."""
    control().advance(request_field("seconds", int | float, "a number"))
    return "", 204


@blp.post("/encoding/<verb>")
def encoding(verb: str) -> ResponseReturnValue:
    """Pause or resume encoding, or settle: wait until none is running."""
    actions = {
        "pause": control().pause_encoding,
        "resume": control().resume_encoding,
        "settle": control().settle,
    }
    if verb not in actions:
        raise not_found()
    actions[verb]()
    return "", 204


@blp.post("/uploads/<upload_id>/make-ready")
def make_ready(upload_id: str) -> ResponseReturnValue:
    return jsonify(data={"asset_id": control().make_ready(upload_id)})


@blp.post("/assets/<asset_id>/emit")
def emit(asset_id: str) -> ResponseReturnValue:
    """Emit an event; the body is `{"type": "video.asset.warning"}`."""
    control().emit(request_field("type", str, "an event type"), asset_id)
    return "", 204
