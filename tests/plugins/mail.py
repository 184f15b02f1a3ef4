"""An application that sends its mails to the catcher."""

import pytest
from flask import has_app_context

from learnstream.integrations.smtp.adapter import SmtpMail
from learnstream.stores.sql import db

PUBLIC_URL = "https://api.school.test"
# A mail server that nothing listens on, for tests that request mails and send none.
NOWHERE = {
    "MAIL_URL": "smtp://127.0.0.1:1",
    "MAIL_FROM": "LearnStream <school@learnstream.example>",
    "PUBLIC_URL": PUBLIC_URL,
}


@pytest.fixture
def mail_configured(app, monkeypatch):
    """Configure a mail server, for tests that request mails and send none."""
    configure(app, monkeypatch, **NOWHERE)


@pytest.fixture
def post(app, mailbox, monkeypatch):
    """The catcher, empty, with the application configured to send its mails there."""
    configure(app, monkeypatch, **mailbox.environment())
    return mailbox


def configure(app, monkeypatch, **settings):
    for name, value in {"PUBLIC_URL": PUBLIC_URL, **settings}.items():
        monkeypatch.setitem(app.config, name, value)


@pytest.fixture(autouse=True)
def no_mail_inside_a_transaction(monkeypatch):
    """Fail a test in which a mail was sent while a SQL transaction was open: a slow server would hold a connection."""
    sent = []
    send = SmtpMail.send

    def checked_send(self, message):
        if has_app_context() and db.session().in_transaction():
            sent.append(message.key)
        return send(self, message)

    monkeypatch.setattr(SmtpMail, "send", checked_send)
    yield
    assert sent == [], "sent inside an open SQL transaction"
