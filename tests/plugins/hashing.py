"""Fails any test in which a route hashes a password without being marked with `hashes_password`."""

import pytest
from flask import current_app, has_request_context, request

from learnstream.services.accounts import passwords


@pytest.fixture(autouse=True)
def hashing_endpoints(monkeypatch):
    """The endpoints that have hashed a password during a test, and whether they are marked."""
    endpoints: dict[str, bool] = {}
    work = passwords._in_turn

    def note_and_work(*args):
        if has_request_context() and request.endpoint:
            endpoints[request.endpoint] = request.endpoint in current_app.hashing.endpoints
        return work(*args)

    monkeypatch.setattr(passwords, "_in_turn", note_and_work)
    yield endpoints
    assert all(endpoints.values()), f"not marked with @hashes_password: {endpoints}"
