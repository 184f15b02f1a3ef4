"""Importing students with their invitations."""

import re

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import Role, User
from learnstream.models.invitation import Invitation
from learnstream.services.accounts import accounts
from learnstream.services.foundation import outbox
from learnstream.services.messaging import sending
from learnstream.stores.sql import db
from tests.imports import finished

PASSWORD = "seven quiet herons"


def invited():
    return db.session.scalars(select(Invitation).order_by(Invitation.email)).all()


def sign_in(client, email):
    return client.post("/auth/login", json={"email": email, "password": PASSWORD}).status_code


def test_created_students_are_invited_once(client, admin, mail_configured):
    assert finished(client, admin, invite=True, dry_run=True)["counts"]["invited"] == 2
    assert invited() == []

    assert finished(client, admin, invite=True)["counts"]["invited"] == 2
    for dry_run in (True, False):
        assert finished(client, admin, invite=True, dry_run=dry_run)["counts"]["invited"] == 0
    assert [(each.email, each.role, each.invited_by) for each in invited()] == [
        ("ana@example.com", Role.STUDENT, admin.id),
        ("eva@example.com", Role.STUDENT, admin.id),
    ]


def test_an_invitation_that_was_mailed_sets_the_password_and_verifies_the_address(client, admin, post):
    finished(client, admin, invite=True)
    while outbox.relay():
        pass
    sending.send_due()
    [token] = re.findall(r"token=([^\s\"]+)", post.wait_for("ana@example.com")["text"])

    accepted = client.post("/auth/invitations/accept", json={"token": token, "password": PASSWORD})

    assert (accepted.status_code, accepted.json["created"]) == (200, False)
    assert accounts.find("ana@example.com").email_verified_at is not None
    assert sign_in(client, "ana@example.com") == 200


def test_without_mail_links_are_created_when_asked_for(client, admin):
    assert finished(client, admin, invite=True)["counts"]["invited"] == 2
    ana = invited()[0]
    assert ana.mail_requested_at is None

    link = client.post(f"/admin/invitations/{ana.id}/link", auth=admin).json["url"]
    token = link.split("token=")[1]

    assert client.post("/auth/invitations/accept", json={"token": token, "password": PASSWORD}).status_code == 200
    assert sign_in(client, "ana@example.com") == 200


def test_students_of_an_earlier_import_are_invited_unless_they_have_a_password(client, admin):
    finished(client, admin)
    assert invited() == []
    db.session.execute(update(User).where(User.email == "eva@example.com").values(password_hash="x"))
    db.session.commit()

    assert finished(client, admin, invite=True)["counts"]["invited"] == 1
    assert [each.email for each in invited()] == ["ana@example.com"]


@pytest.mark.parametrize("end", [{"revoked_at": now()}, {"expires_at": now()}])
def test_an_invitation_that_has_ended_is_not_repeated(client, admin, end):
    finished(client, admin, invite=True)
    db.session.execute(update(Invitation).values(end))
    db.session.commit()

    assert finished(client, admin, invite=True)["counts"]["invited"] == 0


def test_an_account_that_no_import_created_is_not_invited(client, admin, learner):
    data = f"name,email\nLea,{learner.email}\n".encode()

    counts = finished(client, admin, data, invite=True)["counts"]

    assert (counts["unchanged"], counts["invited"]) == (1, 0)


def test_a_corrected_address_is_invited(client, admin):
    rows = "name,email,external_id\nAna,{},007\n"
    finished(client, admin, rows.format("anna@example.com").encode(), invite=True)

    assert finished(client, admin, rows.format("ana@example.com").encode(), invite=True)["counts"]["invited"] == 1
