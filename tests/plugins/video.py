"""The local Mux emulator, which the real SDK talks to over HTTP."""

import pytest
from flask import has_app_context

from devstack.mux import Emulator
from learnstream.integrations.mux.adapter import MuxVideo
from learnstream.stores.sql import db


@pytest.fixture(scope="session")
def mux_emulator(tmp_path_factory):
    """The emulator in the application's configuration; it keeps its webhook events until a test takes them."""
    with Emulator(tmp_path_factory.mktemp("mux"), fast=True) as emulator:
        yield emulator


@pytest.fixture
def mux(app, mux_emulator):
    """The empty emulator; uploads become ready immediately, with invented metadata."""
    yield mux_emulator
    mux_emulator.reset()


@pytest.fixture(autouse=True)
def no_vendor_inside_a_transaction(monkeypatch):
    """Fail a test in which Mux was called while a SQL transaction was open: a slow vendor would hold a connection."""
    calls = []
    call = MuxVideo._call

    def checked_call(self, operation, *args, **kwargs):
        if has_app_context() and db.session().in_transaction():
            calls.append(operation.__name__)
        return call(self, operation, *args, **kwargs)

    monkeypatch.setattr(MuxVideo, "_call", checked_call)
    yield
    assert calls == [], "called inside an open SQL transaction"


@pytest.fixture
def deliver(client, mux):
    """Post signed webhook events as Mux does; return the last response."""

    def deliver(*events):
        for event in events:
            response = client.post("/webhooks/mux", data=event.body, headers=mux.sign(event.body))
        return response

    return deliver
