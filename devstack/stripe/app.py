"""The Flask application: the API, the page on which buyers pay, and the emulator's own controls."""

import hmac

from flask import Flask, Response, g, request

from devstack.stripe import (
    bank_page,
    coupons,
    disputes,
    errors,
    event_list,
    faults,
    idempotency,
    invoices,
    pay_page,
    payments,
    refunds,
    remote,
    sessions,
)
from devstack.stripe.context import Context, current_context
from devstack.stripe.errors import StripeError
from devstack.stripe.ids import new_id

BLUEPRINTS = (
    sessions.blp,
    payments.blp,
    refunds.blp,
    disputes.blp,
    coupons.blp,
    event_list.blp,
    invoices.blp,
    pay_page.blp,
    bank_page.blp,
    remote.blp,
)
AUTHENTICATED_PREFIXES = ("/v1/", "/_emulator/")


def create_app(context: Context) -> Flask:
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["stripe"] = context
    errors.register(app)
    app.before_request(admit)
    app.after_request(identify)
    faults.register(app)
    idempotency.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def admit() -> None:
    """Require the secret key, of this mode, and a version of the API.

    Raises:
        StripeError: 400 or 401.
    """
    g.request_id = new_id("req")
    if not request.path.startswith(AUTHENTICATED_PREFIXES):
        return
    authorization, context = request.authorization, current_context()
    key = (authorization.token or authorization.username or "") if authorization else ""
    if not hmac.compare_digest(key.encode(), context.key.encode()):
        raise StripeError(401, "Invalid API Key provided.", unkept=True)
    if request.path.startswith("/v1/") and not request.headers.get("Stripe-Version"):
        raise StripeError(400, "A Stripe-Version is required.", unkept=True)


def identify(response: Response) -> Response:
    response.headers["Request-Id"] = g.request_id
    return response
