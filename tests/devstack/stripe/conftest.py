import pytest
import requests
from stripe import RequestsClient, StripeClient

from devstack.stripe import Emulator
from devstack.stripe.events import API_VERSION
from tests.devstack.receiver import Receiver


@pytest.fixture
def stripe():
    """An emulator that holds its events."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def posting_stripe(receiver):
    """An emulator that posts its events."""
    with Emulator(webhook_url=receiver.url) as emulator:
        yield emulator


@pytest.fixture
def connect():
    """Return a function that connects Stripe's own SDK to an emulator."""
    with requests.Session() as session:
        session.trust_env = False

        def connect(emulator, key=None, retries=0):
            names = ("api", "connect", "files", "meter_events")
            return StripeClient(
                key or emulator.environment()["STRIPE_SECRET_KEY"],
                base_addresses=dict.fromkeys(names, emulator.url),
                http_client=RequestsClient(timeout=(2, 5), session=session),
                stripe_version=API_VERSION,
                max_network_retries=retries,
            ).v1

        yield connect


@pytest.fixture
def sdk(stripe, connect):
    return connect(stripe)


@pytest.fixture
def checkout(sdk):
    """Return a function that opens a checkout for 49 euros; keyword arguments change it."""

    def checkout(amount=4900, currency="eur", *, options=None, **changes):
        item = {
            "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "Rocks"}},
            "quantity": 1,
        }
        params = {
            "mode": "payment",
            "line_items": [item],
            "success_url": "https://school.example/done?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://school.example/back",
        }
        return sdk.checkout.sessions.create(params | changes, options or {})

    return checkout


@pytest.fixture
def paid(stripe, sdk, checkout):
    """Return a function that opens a checkout and pays it with a card: the session and its charge."""

    def paid(**changes):
        session = stripe.pay(checkout(**changes).id)
        intent = sdk.payment_intents.retrieve(session["payment_intent"], {"expand": ["latest_charge"]})
        return session, intent.latest_charge

    return paid
