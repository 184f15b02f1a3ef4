import json
from datetime import timedelta
from pathlib import Path

import pytest

from learnstream.clock import now
from learnstream.integrations.payments import CheckoutRequest, RefundRequest
from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.text.money import Money

DATA = Path(__file__).parents[2] / "data"
VECTORS = json.loads((DATA / "stripe_signatures.json").read_text())
EXAMPLES = [each["payload"] for each in json.loads((DATA / "stripe_events.json").read_text())]


def adapter_of(emulator, **changes):
    """Return an adapter that is connected to an emulator."""
    names = {"STRIPE_API_URL": "api_url", "STRIPE_SECRET_KEY": "key"}
    settings = {names[name]: value for name, value in emulator.environment().items() if name in names}
    secrets = [emulator.environment()["STRIPE_WEBHOOK_SECRETS"]]
    return StripePayments(**{**settings, "webhook_secrets": secrets, **changes})


@pytest.fixture
def stripe(stripe_emulator):
    """The empty emulator, without the application."""
    yield stripe_emulator
    stripe_emulator.reset()


@pytest.fixture
def payments(stripe):
    return adapter_of(stripe)


@pytest.fixture
def checkout_request():
    """Return a function that describes a page for an order of 49 euros; keyword arguments change it."""

    def checkout_request(amount=4900, currency="eur", **changes):
        fields = {
            "order_id": 7,
            "attempt": 1,
            "reference": "20261128032000000000",
            "name": "Rocks",
            "amount": Money(amount, currency),
            "description": "A course about rocks",
            "success_url": "https://school.test/orders/7/return",
            "cancel_url": "https://school.test/courses/1",
            "buyer_email": "ana@example.com",
            "expires_at": now() + timedelta(hours=1),
        }
        return CheckoutRequest(**{**fields, **changes})

    return checkout_request


@pytest.fixture
def paid(stripe, payments, checkout_request):
    """Return a function that opens a checkout and pays it with a card; keyword arguments change its request."""

    def paid(method="card", **changes):
        checkout = payments.open_checkout(checkout_request(**changes))
        stripe.pay(checkout.id, method)
        return payments.find_checkout(checkout.id)

    return paid


@pytest.fixture
def refund_request():
    """Return a function that describes a refund of one euro of a checkout's payment; keyword arguments change it."""

    def refund_request(checkout, amount=100, **changes):
        fields = {"refund_id": 5, "order_id": 7, "payment_id": checkout.payment_id}
        return RefundRequest(**{**fields, "amount": Money(amount, checkout.currency), **changes})

    return refund_request
