import pytest
from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import AuditEntry


def revoke(client, person, invitation_id):
    return client.delete(f"/admin/invitations/{invitation_id}", auth=person)


@pytest.mark.parametrize("expires_at", [{}, {"expires_at": now()}])
def test_an_open_invitation_is_revoked(client, admin, make_invitation, stored_invitation, expires_at, separate_session):
    invitation = make_invitation(**expires_at)

    assert revoke(client, admin, invitation.id).status_code == 204

    assert stored_invitation().state == "revoked"
    assert "invitation.revoked" in separate_session.scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(
    ("column", "status", "code"),
    [("accepted_at", 409, "invitation_accepted"), ("revoked_at", 410, "invitation_revoked")],
)
def test_one_that_has_ended_is_not_revoked(client, admin, make_invitation, column, status, code):
    invitation = make_invitation(**{column: now()})

    response = revoke(client, admin, invitation.id)

    assert (response.status_code, response.json["code"]) == (status, code)


def test_an_unknown_one_is_not_found(client, admin):
    assert revoke(client, admin, 999).status_code == 404


def test_an_administrator_revokes_those_of_courses(client, admin, owner, course, make_invitation):
    invitation = make_invitation(by=owner, scope=course.id)

    assert revoke(client, admin, invitation.id).status_code == 204


def test_only_admins_revoke_them(client, owner, invitation, stored_invitation):
    assert revoke(client, owner, invitation.id).status_code == 403
    assert stored_invitation().state == "pending"
