"""Addresses without a mailbox: they get no optional mails until they are verified again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models import Event, EventType, User
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.models.suppressed_address import SuppressedAddress
from learnstream.services.accounts import suppression
from learnstream.services.accounts.links import Purpose
from learnstream.services.foundation import outbox
from learnstream.services.messaging import mails, sending
from learnstream.stores.sql import db
from tests.integrations.smtp_server import ScriptedServer

UNKNOWN = "550 5.1.1 <{}>: user unknown"


@pytest.fixture
def ask_notice(app):
    """Return a function that requests an optional mail."""

    def ask(person, cause="test:1"):
        facts = {"kind": "announcement", "notices": ["Announcement in “Stars”: Telescopes"]}
        mails.request(MailTemplate.NOTIFICATION, cause=cause, address=person.email, user_id=person.id, **facts)
        db.session.commit()

    return ask


@pytest.fixture
def send_to(app, monkeypatch, post):
    """Return a function that sends what is due to a server with this answer to recipients."""

    def send(answer):
        with ScriptedServer(RCPT=answer) as server, pytest.MonkeyPatch.context() as patch:
            patch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
            return sending.send_due()

    return send


@pytest.fixture
def suppressed(learner):
    """The learner, whose address was verified and has no mailbox any more."""
    db.session.execute(update(User).where(User.id == learner.id).values(email_verified_at=now()))
    suppression.suppress(learner.email, "550 5.1.1 user unknown")
    db.session.commit()
    return learner


def state_of(stored):
    return [(mail.template, mail.state) for mail in stored()]


def test_an_address_that_bounces_gets_no_more_optional_mails(ask_notice, send_to, stored, post, learner, stranger):
    ask_notice(learner)
    send_to(UNKNOWN.format(learner.email))

    ask_notice(learner, cause="test:2")
    ask_notice(stranger, cause="test:2")
    sending.send_due()

    assert [mail.state for mail in stored()] == [MailState.FAILED, MailState.SUPPRESSED, MailState.SENT]
    assert [mail["to"] for mail in post.messages()] == [stranger.email]
    reason = stored()[1].last_error
    assert f"since {now():%Y-%m-%d}: MailFailure: {UNKNOWN.format(learner.email)}" in reason


@pytest.mark.parametrize("answer", ["550 5.7.1 blocked", "550 blocked", "552 5.2.2 full", "451 4.1.1 user unknown"])
def test_other_rejections_suppress_nothing(ask_notice, send_to, learner, answer):
    ask_notice(learner)

    send_to(answer)

    assert db.session.scalars(select(SuppressedAddress)).all() == []


def test_mails_about_the_account_are_sent_nevertheless(client, suppressed, post, stored):
    client.post("/auth/password/forgot", json={"email": suppressed.email})
    outbox.relay()
    sending.send_due()

    assert state_of(stored) == [("reset_password", MailState.SENT)]


def test_a_suppressed_address_is_verified_again(client, suppressed, accounts, post, ask_notice):
    shown = client.get("/users/me/notification-preferences", auth=suppressed).json
    assert shown["mail_suppressed_at"] is not None

    assert client.post("/auth/verify-email/resend", auth=suppressed).status_code == 202
    outbox.relay()
    sending.send_due()
    [mail] = post.messages()
    token = mail["text"].partition("token=")[2].split()[0]
    assert client.post("/auth/verify-email", json={"token": token}).status_code == 204

    assert client.post("/auth/verify-email", json={"token": token}).status_code == 400
    assert client.post("/auth/verify-email/resend", auth=suppressed).status_code == 409
    shown = client.get("/users/me/notification-preferences", auth=suppressed).json
    assert shown["mail_suppressed_at"] is None
    ask_notice(suppressed)
    assert sending.send_due() == 1


def test_a_new_password_by_mail_lifts_it(client, suppressed, accounts, mail_configured):
    token = accounts.token(Purpose.RESET_PASSWORD, suppressed)

    body = {"token": token, "password": "another walrus entirely"}
    assert client.post("/auth/password/reset", json=body).status_code == 204

    assert suppression.find(suppressed.email) is None


def test_another_spelling_of_the_address_is_the_same(app, learner):
    suppression.suppress(learner.email.upper(), "550 5.1.1 user unknown")

    assert suppression.find(learner.email).reason == "550 5.1.1 user unknown"


def events():
    found = db.session.scalars(select(Event).where(Event.type == EventType.MAIL_FAILING).order_by(Event.id)).all()
    return [event.data["failed"] for event in found]


def test_administrators_are_told_once_an_hour_that_mails_fail(ask_notice, send_to, move_clock, learner, stranger):
    move_clock(minutes=60 - now().minute)  # not at the end of an hour
    ask_notice(learner)
    ask_notice(stranger)
    send_to("550 5.7.1 blocked")
    ask_notice(learner, cause="test:2")
    send_to("550 5.7.1 blocked")
    assert events() == [2]

    move_clock(minutes=59)
    assert events() == [2]
    move_clock(minutes=1)
    ask_notice(learner, cause="test:3")
    send_to("550 5.7.1 blocked")

    assert events()[0] == 2
    assert len(events()) == 2


def test_an_address_without_a_mailbox_is_no_failure_of_mail(ask_notice, send_to, learner):
    ask_notice(learner)

    send_to(UNKNOWN.format(learner.email))

    assert events() == []


def test_a_mail_that_is_put_off_becomes_alarming_after_minutes(ask_notice, send_to, learner):
    ask_notice(learner)
    for _ in range(4):
        send_to("451 try again")
        db.session.execute(update(Mail).values(next_try_at=now() - timedelta(seconds=1)))
        db.session.commit()
    assert events() == []

    send_to("451 try again")

    assert events() == [1]
