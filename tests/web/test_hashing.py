"""Routes that hash a password are marked, so that the worker queues their requests."""

import pytest
import sqlalchemy as sa

from learnstream.models import User
from learnstream.services.accounts import invitations, invitees, passwords, recovery
from learnstream.services.accounts.invitees import Invitee
from learnstream.stores.sql import db
from tests.factories import PASSWORD, make_person

NEW = "seven quiet herons"
# Locks of rows and advisory locks held by the session's own transaction.
HELD = sa.text(
    "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() "
    "AND (locktype = 'advisory' OR mode IN ('RowShareLock', 'RowExclusiveLock'))"
)


def reset_token():
    person = make_person()
    return recovery.mint_token(db.session.get_one(User, person.id), mailed=True)


def invitation_token(admin, email):
    invitation = invitees.invite(Invitee(email), invited_by=admin.id)
    db.session.commit()
    return invitations.mint_token(invitation, mailed=True)


@pytest.fixture
def call_operations(client, admin, owner, stranger):
    """Call every operation that takes a password."""
    account = {"name": "Ines", "email": "ines@example.com", "password": NEW}
    resets = [reset_token(), reset_token()]
    invited = [invitation_token(admin, "nina@example.com"), invitation_token(admin, "nora@example.com")]
    credentials = {"email": stranger.email, "password": PASSWORD}

    def call_operations():
        return [
            client.post("/auth/register", json=account),
            client.post("/auth/login", json=credentials),
            client.post("/auth/token", data={"username": stranger.email, "password": PASSWORD}),
            client.patch("/users/me", auth=stranger, json={"password": NEW, "current_password": PASSWORD}),
            client.post("/admin/users", auth=admin, json=account | {"email": "i@example.com", "role": "student"}),
            client.post("/auth/reauthenticate", auth=owner, json={"password": PASSWORD}),
            client.post("/auth/mfa/recovery-codes", auth=owner, json={"password": PASSWORD}),
            client.delete("/auth/mfa/totp", auth=owner, json={"password": PASSWORD}),
            client.patch(f"/admin/users/{stranger.id}", auth=admin, json={"password": NEW}),
            client.post("/auth/password/reset", json={"token": resets[0], "password": NEW}),
            client.post("/reset-password", data={"token": resets[1], "password": NEW}),
            client.post("/auth/invitations/accept", json={"token": invited[0], "name": "Nina", "password": NEW}),
            client.post("/invitation", data={"token": invited[1], "name": "Nora", "password": NEW}),
        ]

    return call_operations


def test_exactly_the_operations_that_hash_are_marked(app, call_operations, hashing_endpoints):
    expected = [201, 200, 200, 200, 201, 204, 404, 404, 200, 204, 200, 200, 200]
    assert [response.status_code for response in call_operations()] == expected

    assert hashing_endpoints.keys() == app.hashing.endpoints


def test_no_lock_is_held_while_a_password_is_hashed(app, call_operations, monkeypatch):
    held, work = [], passwords._in_turn

    def check_locks_and_hash(*args):
        held.append(db.session.scalar(HELD))
        return work(*args)

    monkeypatch.setattr(passwords, "_in_turn", check_locks_and_hash)
    call_operations()

    assert held == [0] * 14, "one hash a request, and two to change one's own"


def test_every_operation_that_takes_a_password_is_marked(app, client):
    document = client.get("/openapi.json").json
    shapes = document["components"]["schemas"]

    def takes_password(operation):
        contents = operation.get("requestBody", {}).get("content", {}).values()
        names = [content["schema"].get("$ref", "").rpartition("/")[2] for content in contents]
        return any("password" in shapes[name].get("properties", {}) for name in names if name)

    found = {
        (method.upper(), path.replace("{user_id}", "7"))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and takes_password(operation)
    }

    assert len(found) == len({name for name in app.hashing.endpoints if not name.startswith("account_pages.")})
    assert [operation for operation in found if not app.hashing.include(*operation)] == []


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "proxies", "network"),
    [
        ("203.0.113.7", "", 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "192.0.2.9,198.51.100.1, 203.0.113.7", 2, "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1", 2, "10.0.0.1"),
        ("2001:db8::1", "", 0, "2001:db8::/64"),
        ("", "", 0, "unknown"),
    ],
)
def test_requests_are_queued_by_network(app, monkeypatch, peer, forwarded_for, proxies, network):
    monkeypatch.setitem(app.config, "PROXY_COUNT", proxies)

    assert app.network_of(peer, forwarded_for) == network
