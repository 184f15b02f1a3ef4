from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import AuditEntry, User
from learnstream.stores.sql import db
from tests.problems import outcome

NEW = "another walrus entirely"


def create(client, person, user_id, **body):
    return client.post(f"/admin/users/{user_id}/links", json=body, auth=person)


def token_of(response):
    return response.json["url"].partition("?token=")[2]


def test_a_link_sets_a_new_password_without_mail(client, admin, stranger, separate_session):
    response = create(client, admin, stranger.id, purpose="reset_password")

    assert (response.status_code, response.headers["Cache-Control"]) == (201, "private, no-store")
    assert response.json["url"].startswith("http://localhost/reset-password?token=")
    done = client.post("/reset-password", data={"token": token_of(response), "password": NEW})
    assert done.status_code == 200
    assert client.post("/auth/login", json={"email": stranger.email, "password": NEW}).status_code == 200
    # It was not mailed, so that nobody has shown that the address is theirs.
    assert separate_session.get_one(User, stranger.id).email_verified_at is None


def test_a_link_verifies_an_address_without_mail(client, admin, stranger, separate_session):
    response = create(client, admin, stranger.id, purpose="verify_email")

    assert client.post("/auth/verify-email", json={"token": token_of(response)}).status_code == 204
    assert separate_session.get_one(User, stranger.id).email_verified_at


def test_a_link_leads_to_the_public_url_whatever_the_request_names(client, admin, stranger, mail_configured):
    response = client.post(
        f"/admin/users/{stranger.id}/links",
        json={"purpose": "reset_password"},
        auth=admin,
        headers={"Host": "evil.example"},
    )

    assert response.json["url"].startswith("https://api.school.test/reset-password?token=")


def test_the_audit_log_says_so_without_the_link(client, admin, stranger, separate_session):
    response = create(client, admin, stranger.id, purpose="reset_password")

    entry = separate_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id, entry.target_id) == ("user.link_created", admin.id, str(stranger.id))
    assert entry.details == {"purpose": "reset_password"}
    assert token_of(response) not in str(vars(entry))


def test_it_says_until_when_the_link_works(client, admin, stranger):
    response = create(client, admin, stranger.id, purpose="reset_password")

    left = datetime.fromisoformat(response.json["expires_at"]) - now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)


def test_a_verified_address_needs_no_link(client, admin, stranger):
    db.session.execute(update(User).values(email_verified_at=now()))
    db.session.commit()

    assert outcome(create(client, admin, stranger.id, purpose="verify_email")) == (409, "email_verified")


def test_a_disabled_account_gets_no_link(client, admin, stranger):
    client.patch(f"/admin/users/{stranger.id}", json={"is_active": False}, auth=admin)

    assert outcome(create(client, admin, stranger.id, purpose="reset_password")) == (403, "account_disabled")


def test_only_admins_create_links(client, owner, stranger):
    assert outcome(create(client, owner, stranger.id, purpose="reset_password")) == (403, "admins_only")


def test_an_unknown_user_is_not_found(client, admin):
    assert outcome(create(client, admin, 999_999, purpose="reset_password")) == (404, "not_found")


@pytest.mark.parametrize("purpose", [None, 7, "", "undo_address", "invitation", [], {}])
def test_an_invalid_purpose_is_named(client, admin, stranger, purpose):
    response = create(client, admin, stranger.id, purpose=purpose)

    assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"purpose"})
