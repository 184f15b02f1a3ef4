"""Stripe on this machine: a small HTTP service that implements what we use of Stripe's contract.

Checkout sessions in payment mode, the page on which a buyer pays them, refunds, disputes, coupons, idempotency keys and
signed events. Stripe's SDK works with it.

In a test that takes the events and posts them itself, in any order and any number of times:

    with Emulator() as stripe:
        app = create_app(stripe.environment())
        …                                       # the application opens a checkout
        stripe.pay(session_id)                  # or "declined", or "debit", which `decide` settles
        for event in stripe.take_events():
            client.post("/webhooks/stripe", data=event.body, headers=stripe.sign(event.body))

As a separate process, `python -m devstack.stripe`, controlled over HTTP with the secret key:

    curl -u $STRIPE_SECRET_KEY: -H 'Content-Type: application/json' \\
        $STRIPE_API_URL/_emulator/misbehave -d '{"duplicate": 1, "api": {"kind": "status", "status": 503, "times": 2}}'

`control` lists the controls, `StripeBehavior` and `ApiFault` the faults. Not implemented: other modes than `payment`,
prices and customers as objects of their own, Connect, and balance transactions.
"""

from devstack.emulation.behavior import ApiFault
from devstack.emulation.webhooks import Event
from devstack.stripe.emulator import Emulator

__all__ = ["ApiFault", "Emulator", "Event"]
