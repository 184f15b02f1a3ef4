"""Mails to send, of a template whose letter adds a link."""

import pytest
from sqlalchemy import select, update

from learnstream.clock import now
from learnstream.models.mail import Mail, MailTemplate
from learnstream.services.messaging import letters, mails, sending
from learnstream.stores.sql import db

LINK = "https://api.school.test/verify-email?token=VERY-SECRET"


@pytest.fixture
def verify_letter(monkeypatch):
    """The letter of verification mails; what it returns or raises can be replaced."""
    added = {"link": LINK, "expires_in_hours": 24}
    monkeypatch.setattr(letters, "letters", {MailTemplate.VERIFY_EMAIL: lambda _: dict(added)})
    return added


@pytest.fixture
def ask(app, verify_letter):
    """Return a function that requests a mail and commits."""

    def ask(address="sam@example.com", cause="test:1", **options):
        mails.request(MailTemplate.VERIFY_EMAIL, cause=cause, address=address, **options)
        db.session.commit()

    return ask


@pytest.fixture
def send(app):
    """Return a function that sends what is due, a failed try included, as often as asked."""

    def send(times=1):
        sent = 0
        for _ in range(times):
            db.session.execute(update(Mail).values(next_try_at=now()))
            db.session.commit()
            sent += sending.send_due()
        return sent

    return send


@pytest.fixture
def stored(separate_session):
    """Return a function that returns the stored mails, oldest first."""

    def stored():
        separate_session.rollback()
        return separate_session.scalars(
            select(Mail).order_by(Mail.id), execution_options={"populate_existing": True}
        ).all()

    return stored
