"""What gives a role needs a recent sign-in, as changing a role does."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from learnstream.clock import now
from learnstream.models import Role, Session
from learnstream.stores.sql import db


@pytest.fixture
def old_admin(admin):
    """An administrator who signed in twenty minutes ago."""
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=20)))
    db.session.commit()
    return admin


def outcome(response):
    return response.status_code, response.json.get("code") if isinstance(response.json, dict) else None


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ADMIN])
def test_inviting_to_another_role_than_that_of_students_needs_one(client, old_admin, role):
    invitee = {"email": "tara@example.com", "role": role}
    responses = [
        client.post("/admin/invitations", auth=old_admin, json=invitee),
        client.post("/admin/invitations/batch", auth=old_admin, json={"invitations": [invitee]}),
    ]

    assert {outcome(response) for response in responses} == {(401, "reauthentication_required")}


def test_inviting_students_needs_none(client, old_admin):
    invitee = {"email": "tara@example.com", "role": "student"}

    assert client.post("/admin/invitations", auth=old_admin, json=invitee).status_code == 201
    assert client.post("/admin/invitations/batch", auth=old_admin, json={"invitations": [invitee]}).status_code == 201


def test_a_link_needs_one_since_it_may_give_any_role(client, old_admin, invitation):
    response = client.post(f"/admin/invitations/{invitation.id}/link", auth=old_admin)

    assert outcome(response) == (401, "reauthentication_required")
