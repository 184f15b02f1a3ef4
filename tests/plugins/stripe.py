"""The local Stripe emulator, which the real SDK talks to over HTTP."""

import pytest
from flask import has_app_context

from devstack.stripe import Emulator
from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.stores.sql import db


@pytest.fixture(scope="session")
def stripe_emulator(tmp_path_factory):
    """The emulator in the application's configuration; it holds its events until a test takes or posts them."""
    with Emulator(tmp_path_factory.mktemp("stripe")) as emulator:
        yield emulator


@pytest.fixture
def stripe(app, stripe_emulator):
    """The empty emulator: buyers pay with `stripe.pay(session_id)`, and no event is posted by itself."""
    yield stripe_emulator
    stripe_emulator.post_to(None)
    stripe_emulator.reset()


@pytest.fixture(autouse=True)
def no_payment_call_inside_a_transaction(monkeypatch):
    """Fail a test in which Stripe was called while a SQL transaction was open: a slow vendor would hold its locks."""
    calls = []
    call = StripePayments._call

    def checked_call(self, choose, *arguments, posts):
        if has_app_context() and db.session().in_transaction():
            calls.append(arguments)
        return call(self, choose, *arguments, posts=posts)

    monkeypatch.setattr(StripePayments, "_call", checked_call)
    yield
    assert calls == [], "called inside an open SQL transaction"


@pytest.fixture
def deliver_stripe(client, stripe):
    """Return a function that posts events as Stripe does, and returns the last response.

    Without arguments, it posts all held events, oldest first; the same one may be posted repeatedly and in any order.
    Those that are answered by a 2xx no longer count as undelivered.
    """

    def deliver(*events):
        response = None
        for event in events or stripe.take_events():
            response = client.post("/webhooks/stripe", data=event.body, headers=stripe.sign(event.body))
            if response.status_code // 100 == 2:
                stripe.note_delivery(event.id)
        return response

    return deliver


@pytest.fixture
def posting_stripe(stripe, served):
    """The emulator, posting its events to the application by itself, which `misbehave` can duplicate, delay and so on."""
    stripe.post_to(f"{served}/webhooks/stripe")
    yield stripe
    stripe.post_to(None)
