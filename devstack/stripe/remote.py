"""`/_emulator/…`: the controls for other processes, protected by the secret key. Bodies are JSON."""

from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from devstack.stripe.control import Control
from devstack.stripe.errors import StripeError

blp = Blueprint("remote", __name__, url_prefix="/_emulator")
# What can be called by its name, with the arguments in the body.
CONTROLS = frozenset(
    {
        *("misbehave", "behave", "hold", "release", "redeliver", "flush", "advance"),
        *("pay", "decide", "refund", "move_refund", "dispute", "move_dispute"),
        *("events", "deliveries", "books", "reset"),
    }
)


@blp.post("/<name>")
def act(name: str) -> ResponseReturnValue:
    """Call a control: `POST /_emulator/pay {"session_id": "cs_test_…", "method": "card"}`."""
    if name not in CONTROLS:
        raise StripeError(404, f"There is no control {name}.")
    control: Control = current_app.extensions["stripe_control"]
    try:
        answer = getattr(control, name)(**_arguments())
    except (TypeError, ValueError) as error:
        raise StripeError(400, str(error)) from None
    return jsonify(data=answer)


def _arguments() -> dict[str, Any]:
    value = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(value, dict):
        raise StripeError(400, "The request body must be a JSON object.")
    return value
