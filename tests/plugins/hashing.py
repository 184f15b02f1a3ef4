"""Every route that hashes a password says so: what hashes unsaid, in whatever test, fails that test."""

import pytest
from flask import current_app, has_request_context, request

from learnstream.services.accounts import passwords


@pytest.fixture(autouse=True)
def hashing_doors(monkeypatch):
    """The endpoints that have hashed during a test, and whether they said so."""
    doors: dict[str, bool] = {}
    work = passwords._in_turn

    def note_and_work(*args):
        if has_request_context() and request.endpoint:
            doors[request.endpoint] = request.endpoint in current_app.hashing.endpoints
        return work(*args)

    monkeypatch.setattr(passwords, "_in_turn", note_and_work)
    yield doors
    assert all(doors.values()), f"not marked with @hashes_password: {doors}"
