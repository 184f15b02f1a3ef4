from sqlalchemy import update

from learnstream.clock import now
from learnstream.models import User
from learnstream.stores.sql import db
from tests.problems import outcome


def resend(client, person):
    return client.post("/auth/verify-email/resend", auth=person)


def test_another_link_is_mailed(client, stranger, mail_configured, accounts):
    response = resend(client, stranger)

    assert response.status_code == 202
    assert accounts.commands() == [{"command": "verify_email", "user_id": stranger.id, "cause": None}]


def test_a_verified_address_needs_none(client, stranger, mail_configured, accounts):
    db.session.execute(update(User).values(email_verified_at=now()))
    db.session.commit()

    assert outcome(resend(client, stranger)) == (409, "email_verified")
    assert accounts.commands() == []


def test_without_mail_nothing_is_said_to_be_sent(client, stranger, accounts):
    assert outcome(resend(client, stranger)) == (503, "mail_unconfigured")
    assert accounts.commands() == []


def test_three_an_hour_are_sent_to_each_account(client, stranger, owner, mail_configured, rate_limits):
    assert [resend(client, stranger).status_code for _ in range(4)] == [202, 202, 202, 429]
    assert resend(client, owner).status_code == 202
