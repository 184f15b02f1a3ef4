"""Sending queued mails, with a mail server that accepts, rejects, hangs, or is away."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from learnstream.clock import now
from learnstream.integrations.smtp import adapter, session
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.services.messaging import letters, mails, sending
from learnstream.services.messaging.letters import NotNeeded
from learnstream.services.messaging.queue import RETRIES
from learnstream.stores.sql import db
from tests.integrations.smtp_server import ScriptedServer
from tests.services.messaging.conftest import LINK

PATIENCE = 0.5  # seconds for a mail, instead of ten


@pytest.fixture
def impatient(monkeypatch):
    for module in (adapter, session):
        monkeypatch.setattr(module, "TIMEOUT", PATIENCE)


def test_a_mail_is_sent(post, ask, stored, learner):
    ask(address=learner.email, user_id=learner.id)

    assert sending.send_due() == 1

    [mail] = stored()
    assert (mail.state, mail.tries, mail.last_error) == (MailState.SENT, 1, None)
    assert mail.sent_at is not None
    assert mail.answer.startswith("250")
    [message] = post.messages()
    assert message["to"] == learner.email
    assert LINK in message["text"]
    assert learner.name in message["text"]
    assert sending.send_due() == 0


def test_links_and_tokens_are_stored_nowhere(post, ask, send, stored):
    ask()
    post.fail(next="451", times=1)
    send(2)

    [mail] = stored()
    assert "VERY-SECRET" not in repr({column.name: getattr(mail, column.name) for column in Mail.__table__.columns})


def test_an_error_that_quotes_a_link_is_stored_without_it(post, ask, stored, verify_letter, monkeypatch):
    def quote(_):
        raise RuntimeError(f"cannot render {LINK} with token=VERY-SECRET")

    monkeypatch.setitem(letters.letters, MailTemplate.VERIFY_EMAIL, quote)
    ask()

    sending.send_due()

    [mail] = stored()
    assert mail.last_error == "RuntimeError: cannot render [link] with token=[redacted]"
    assert mail.state == MailState.QUEUED


def test_a_rejection_that_names_the_recipient_is_stored_and_not_logged(
    app, mail_configured, ask, stored, monkeypatch, caplog
):
    with ScriptedServer(RCPT="550 <sam@example.com> is unknown here") as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        ask()

        assert sending.send_due() == 0

    [mail] = stored()
    assert mail.last_error == "MailFailure: 550 <sam@example.com> is unknown here"
    assert f"mail {mail.id} (verify_email) was not sent" in caplog.text
    assert "sam@" not in caplog.text


def test_an_answer_that_cannot_be_stored_does_not_repeat_the_mail(app, mail_configured, ask, stored, monkeypatch):
    with ScriptedServer(accepted=f"250 \0 queued, see {LINK} {'x' * 3000}") as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        ask()

        assert sending.send_due() == 1

    [mail] = stored()
    assert mail.state == MailState.SENT
    assert mail.answer.startswith("250 ? queued, see [link] xxx")


def test_a_mail_says_its_language(post, ask):
    for number, language in enumerate(["pt", "xx"]):
        ask(cause=f"test:{number}", language=language)

    sending.send_due()

    assert [dict(each["headers"])["Content-Language"] for each in post.messages()] == ["en", "pt-BR"]


def test_a_temporary_rejection_is_tried_again(post, ask, send, stored):
    ask()
    post.fail(next="451", times=2)

    assert send(2) == 0
    [mail] = stored()
    assert (mail.state, mail.tries) == (MailState.QUEUED, 2)
    assert "451" in mail.last_error
    assert send() == 1

    assert [each.state for each in stored()] == [MailState.SENT]
    assert len(post.messages()) == 1


def test_pauses_grow_for_a_day(post, ask, stored):
    ask()
    post.fail(next="451", times=1)

    sending.send_due()

    [mail] = stored()
    assert timedelta(0) < mail.next_try_at - now() <= timedelta(seconds=10)
    pauses = [RETRIES.pause_after(tries) for tries in range(1, 40)]
    total = sum(filter(None, pauses), timedelta())
    assert timedelta(hours=24) <= total < timedelta(hours=27)


def test_after_a_day_a_mail_has_failed(post, ask, send, stored):
    ask()
    db.session.execute(update(Mail).values(tries=99))
    post.fail(next="451", times=1)

    send()

    [mail] = stored()
    assert (mail.state, mail.tries) == (MailState.FAILED, 100)
    assert send() == 0


def test_a_permanent_rejection_fails_at_once_and_delays_no_other(post, ask, stored):
    ask(address="nobody@example.com")
    ask(address="sam@example.com")
    post.fail(next="550", times=1)

    assert sending.send_due() == 1

    failed, sent = stored()
    assert (failed.state, failed.tries, sent.state) == (MailState.FAILED, 1, MailState.SENT)
    assert "550" in failed.last_error
    assert [each["to"] for each in post.messages()] == ["sam@example.com"]


def test_while_the_server_is_away_mails_wait(post, ask, send, stored):
    for number in range(3):
        ask(cause=f"test:{number}")
    post.fail(next="refuse")

    assert sending.send_due() == 0
    tried = [mail for mail in stored() if mail.tries]
    assert [mail.state for mail in stored()] == [MailState.QUEUED] * 3
    assert len(tried) == 1, "the first failure shows that the others would fail as well"
    assert "refused" in tried[0].last_error.lower()

    post.recover()
    assert send() == 3


def test_a_server_that_hangs_costs_one_timeout(post, ask, stored, impatient):
    for number in range(5):
        ask(cause=f"test:{number}")
    post.fail(next="hang", times=5)
    began = time.monotonic()

    assert sending.send_due() == 0

    assert time.monotonic() - began < 10 * PATIENCE
    assert sum(mail.tries for mail in stored()) == 1
    assert "no answer within" in next(mail.last_error for mail in stored() if mail.tries)


@pytest.mark.parametrize("stage", ["sender", "recipient", "data"])
def test_a_server_that_hangs_later_costs_one_timeout_too(post, ask, stored, impatient, stage):
    ask()
    post.fail(next="hang", times=2, at=stage)
    began = time.monotonic()

    assert sending.send_due() == 0

    assert time.monotonic() - began < 10 * PATIENCE
    assert "no answer within" in stored()[0].last_error


def test_a_slow_server_is_waited_for(post, ask):
    ask()
    post.fail(next="slow", times=1, seconds=0.3)

    assert sending.send_due() == 1


def test_a_mail_at_which_the_connection_is_cut_delays_no_other(post, ask, send, stored):
    ask(cause="test:1")
    ask(cause="test:2")
    post.fail(next="drop", times=1)

    assert sending.send_due() == 1
    assert send() == 1

    assert {mail.state for mail in stored()} == {MailState.SENT}


def test_a_repetition_of_an_accepted_mail_is_the_same_mail(post, ask, send):
    ask()
    post.fail(next="drop", times=1, at="data", stored=True)

    assert send(2) == 1

    first, second = post.messages()
    assert first["message_id"] == second["message_id"]
    assert first["message_id"].strip("<>").endswith("@learnstream.example")


def test_two_mails_are_two(post, ask):
    ask(cause="test:1")
    ask(cause="test:2")

    sending.send_due()

    assert len({each["message_id"] for each in post.messages()}) == 2


def test_a_mail_that_is_not_needed_any_more_is_not_sent(post, ask, stored, monkeypatch):
    def letter(_):
        raise NotNeeded()

    monkeypatch.setitem(letters.letters, MailTemplate.VERIFY_EMAIL, letter)
    ask()

    assert sending.send_due() == 0

    assert [mail.state for mail in stored()] == [MailState.SUPPRESSED]
    assert post.messages() == []


def test_a_mail_of_a_newer_release_waits(post, ask, stored):
    ask()
    db.session.execute(update(Mail).values(template="of_a_newer_release"))
    db.session.commit()

    assert sending.send_due() == 0

    assert [(mail.state, mail.tries) for mail in stored()] == [(MailState.QUEUED, 0)]


def test_a_mail_whose_worker_died_is_sent_when_its_lease_ends(post, ask, stored):
    ask()
    sending._claim()

    assert sending.send_due() == 0
    [mail] = stored()
    assert now() < mail.next_try_at <= now() + sending.LEASE

    db.session.execute(update(Mail).values(next_try_at=now()))
    db.session.commit()
    assert sending.send_due() == 1


def test_a_worker_that_was_too_slow_changes_nothing(post, ask, stored):
    ask()
    [mail] = sending._claim()
    db.session.execute(
        update(Mail).values(tries=2, next_try_at=now()), execution_options={"synchronize_session": False}
    )
    db.session.commit()

    assert not sending._settle(mail, state=MailState.SENT)

    assert [each.state for each in stored()] == [MailState.QUEUED]


def test_several_workers_send_each_mail_once(app, post, ask):
    for number in range(120):
        ask(cause=f"test:{number}")
    begin = threading.Barrier(3)

    def work():
        with app.app_context():
            begin.wait(10)
            return sending.send_due()

    with ThreadPoolExecutor(3) as workers:
        sent = [each.result(60) for each in [workers.submit(work) for _ in range(3)]]

    assert sum(sent) == 120
    assert len({each["message_id"] for each in post.messages()}) == len(post.messages()) == 120


def test_a_batch_that_takes_too_long_gives_the_rest_back(post, ask, stored, monkeypatch):
    for number in range(3):
        ask(cause=f"test:{number}")
    monkeypatch.setattr(sending, "BATCH_SECONDS", -1.0)
    claimed = sending._claim()

    with sending.port.service() as service:
        assert sending._Batch(service, claimed).send() == 0

    assert [(mail.tries, mail.next_try_at <= now()) for mail in stored()] == [(0, True)] * 3


def test_without_a_mail_server_what_is_queued_waits(post, ask, app, monkeypatch, stored):
    ask()
    monkeypatch.setitem(app.config, "MAIL_URL", "")

    assert sending.send_due() == 0

    assert [mail.tries for mail in stored()] == [0]


def test_the_facts_of_a_mail_win_over_the_account(post, stored, learner, monkeypatch):
    monkeypatch.setattr(letters, "letters", {})
    mails.request(MailTemplate.PASSWORD_CHANGED, cause="x", address="a@example.com", user_id=learner.id, name="Lea")
    db.session.commit()

    assert letters.facts_of(stored()[0]) == {"name": "Lea", "school": "LearnStream"}
