import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, Session, User
from learnstream.services.accounts.invitations import LIFETIME
from learnstream.stores.sql import db
from tests.factories import PASSWORD


def create(client, person, invitation):
    return client.post(f"/admin/invitations/{invitation.id}/link", auth=person)


def test_without_mail_an_administrator_hands_out_the_link(client, admin, invitation, separate_session):
    response = create(client, admin, invitation)

    [token] = parse_qs(urlsplit(response.json["url"]).query)["token"]
    assert (response.status_code, urlsplit(response.json["url"]).path) == (201, "/invitation")
    body = {"token": token, "name": "Tara", "password": PASSWORD}
    assert client.post("/auth/invitations/accept", json=body).status_code == 200
    assert separate_session.scalars(select(User).where(User.name == "Tara")).one().email_verified_at is None


def test_the_link_stays_out_of_caches(client, admin, invitation):
    assert create(client, admin, invitation).headers["Cache-Control"] == "private, no-store"


def test_the_audit_log_has_the_act_and_not_the_link(client, admin, invitation, separate_session):
    url = create(client, admin, invitation).json["url"]

    entries = separate_session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["invitation.created", "invitation.link_created"]
    assert url.partition("token=")[2] not in json.dumps([entry.details for entry in entries])


def test_an_expired_invitation_is_valid_again(client, admin, make_invitation, stored_invitation):
    response = create(client, admin, make_invitation(expires_at=now()))

    assert stored_invitation().state == "pending"
    assert response.json["expires_at"] == stored_invitation().expires_at.isoformat()
    assert abs(stored_invitation().expires_at - now() - LIFETIME).total_seconds() < 60


@pytest.mark.parametrize(("column", "status"), [("accepted_at", 409), ("revoked_at", 410)])
def test_one_that_has_ended_has_no_link(client, admin, make_invitation, column, status):
    assert create(client, admin, make_invitation(**{column: now()})).status_code == status


def test_it_needs_a_recent_sign_in_since_the_link_may_give_any_role(client, admin, invitation):
    db.session.execute(update(Session).values(created_at=now() - timedelta(minutes=20)))
    db.session.commit()

    assert create(client, admin, invitation).json["code"] == "reauthentication_required"


def test_only_admins_create_links(client, owner, course, make_invitation):
    assert create(client, owner, make_invitation(by=owner, scope=course.id)).status_code == 403
