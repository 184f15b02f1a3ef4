"""Fails any test in which a route hashes a password without being marked with `hashes_password`."""

import pytest
from flask import current_app, has_request_context, request

from learnstream.services.accounts import passwords


@pytest.fixture(autouse=True)
def hashing_endpoints(monkeypatch):
    """The endpoints that have hashed a password during a test, and whether they are marked."""
    endpoints: dict[str, bool] = {}
    hash_in_turn = passwords._in_turn

    def record_and_hash(*args):
        if has_request_context() and request.endpoint:
            endpoints[request.endpoint] = request.endpoint in current_app.hashing.endpoints
        return hash_in_turn(*args)

    monkeypatch.setattr(passwords, "_in_turn", record_and_hash)
    yield endpoints
    assert all(endpoints.values()), f"not marked with @hashes_password: {endpoints}"
