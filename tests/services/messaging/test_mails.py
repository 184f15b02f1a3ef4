"""Requesting mails."""

import pytest

from learnstream.errors.messaging import MailUnconfigured
from learnstream.integrations import mail
from learnstream.models.mail import MailState, MailTemplate
from learnstream.services.messaging import mails, queue
from learnstream.stores.sql import db


def test_a_cause_has_one_mail_of_a_template_to_an_address(mail_configured, ask, stored):
    ask()
    ask()
    ask(cause="test:2")
    ask(address="lea@example.com")

    assert [(each.cause, each.address) for each in stored()] == [
        ("test:1", "sam@example.com"),
        ("test:2", "sam@example.com"),
        ("test:1", "lea@example.com"),
    ]


def test_a_request_is_part_of_its_transaction(mail_configured, ask, stored):
    mails.request(MailTemplate.VERIFY_EMAIL, cause="x", address="sam@example.com")
    db.session.rollback()

    assert stored() == []


@pytest.fixture
def woken(monkeypatch):
    """What the queue was woken for."""
    woken = []
    monkeypatch.setattr(queue.MailQueue, "wake", lambda self: woken.append(self.name))
    return woken


def test_the_commit_wakes_the_sender_once(mail_configured, woken):
    for cause in ("a", "b"):
        mails.request(MailTemplate.VERIFY_EMAIL, cause=cause, address="sam@example.com")
    assert woken == []

    db.session.commit()

    assert woken == ["outgoing"]


def test_a_repeated_request_wakes_nobody(mail_configured, ask, woken):
    ask()
    ask()

    assert woken == ["outgoing"]


def test_without_a_mail_server_nothing_is_requested(ask, stored):
    ask()

    assert stored() == []


def test_without_a_mail_server_what_needs_mail_is_unavailable(app):
    with pytest.raises(MailUnconfigured) as error:
        mail.require_configured()

    assert (error.value.status, error.value.code) == (503, "mail_unconfigured")
    assert error.value.headers["Retry-After"] == "300"


def test_with_a_mail_server_it_is_available(mail_configured):
    mail.require_configured()


def test_the_language_and_the_facts_are_stored(mail_configured, ask, stored, learner):
    ask(user_id=learner.id, language="pt-BR", inviter="Ines")

    [mail] = stored()
    assert (mail.user_id, mail.language, mail.facts) == (learner.id, "pt-BR", {"inviter": "Ines"})
    assert (mail.state, mail.tries) == (MailState.QUEUED, 0)
