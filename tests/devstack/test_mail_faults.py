"""Faults of the mail catcher, as a client sees them."""

import smtplib
import socket
import time

import pytest
import requests

from tests.devstack.test_mail import READER, SENDER, connect, make_message

GIVE_UP = 0.3  # seconds


@pytest.fixture
def send(mailbox):
    def send(subject="Welcome", timeout=10):
        with connect(mailbox, timeout) as smtp:
            smtp.send_message(make_message(subject=subject))

    return send


def subjects(mailbox):
    return [message["subject"] for message in mailbox.messages()]


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("connect", smtplib.SMTPConnectError),
        ("sender", smtplib.SMTPSenderRefused),
        ("recipient", smtplib.SMTPRecipientsRefused),
        ("data", smtplib.SMTPDataError),
    ],
)
def test_a_mail_is_accepted_after_two_temporary_failures(send, mailbox, stage, error):
    mailbox.fail(next="451", times=2, at=stage)

    for _ in range(2):
        with pytest.raises(error, match="451"):
            send()
    assert subjects(mailbox) == []
    send("Third")

    assert subjects(mailbox) == ["Third"]


def test_a_recipient_is_rejected_for_good(send, mailbox):
    mailbox.fail(next="550")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as rejected:
        send()

    assert rejected.value.recipients == {READER: (550, b"This is the 550 that was asked for")}
    assert subjects(mailbox) == []


def test_connections_are_refused_until_recovery(send, mailbox):
    send("Before")
    mailbox.fail(next="refuse")
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            send()

    mailbox.recover()
    send("After")

    assert subjects(mailbox) == ["After", "Before"]


def test_a_server_that_goes_down_cuts_its_connections(mailbox):
    with connect(mailbox) as smtp:
        mailbox.fail(next="refuse")

        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.noop()


@pytest.mark.parametrize("stage", ["connect", "sender", "recipient", "data"])
def test_a_client_that_gets_no_answer_times_out(send, mailbox, stage):
    mailbox.fail(next="hang", at=stage)

    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(timeout=GIVE_UP)
    send("Next")

    assert subjects(mailbox) == ["Next"]


def test_a_slow_server_answers_late_and_correctly(send, mailbox):
    mailbox.fail(next="slow", seconds=GIVE_UP)
    started = time.monotonic()

    send()

    assert time.monotonic() - started >= GIVE_UP
    assert len(subjects(mailbox)) == 1


@pytest.mark.parametrize(("stored", "kept"), [(False, []), (True, ["Welcome"])])
@pytest.mark.parametrize("kind", ["drop", "hang", "451"])
def test_a_mail_without_a_good_answer_is_stored_or_not(send, mailbox, kind, stored, kept):
    mailbox.fail(next=kind, at="data", stored=stored)

    with pytest.raises((smtplib.SMTPException, OSError)):
        send(timeout=GIVE_UP if kind == "hang" else 10)

    assert subjects(mailbox) == kept


@pytest.mark.parametrize("stage", ["connect", "sender", "recipient"])
def test_a_connection_is_dropped_at_any_stage(send, mailbox, stage):
    mailbox.fail(next="drop", at=stage)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send()

    assert subjects(mailbox) == []


def test_a_hanging_conversation_does_not_delay_others(send, mailbox):
    mailbox.fail(next="hang")
    with socket.create_connection(("127.0.0.1", int(mailbox.url.rpartition(":")[2])), timeout=GIVE_UP) as hanging:
        with pytest.raises(TimeoutError):
            hanging.recv(1)
        send()

    assert len(subjects(mailbox)) == 1


def test_recovery_forgets_the_faults_that_have_not_occurred(send, mailbox):
    mailbox.fail(next="550", times=5)
    mailbox.fail(next="drop")
    pending = requests.get(f"{mailbox.inbox}/faults", timeout=10).json()

    mailbox.recover()
    send()

    assert [(fault["kind"], fault["at"], fault["times"]) for fault in pending] == [
        ("550", "recipient", 5),
        ("drop", "data", 1),
    ]
    assert len(subjects(mailbox)) == 1


def test_one_rejected_recipient_leaves_the_others(mailbox):
    mailbox.fail(next="550")

    with connect(mailbox) as smtp:
        rejected = smtp.sendmail(SENDER, [READER, "bob@example.com"], "Subject: Two\r\n\r\nHello")

    assert list(rejected) == [READER]
    assert [message["to"] for message in mailbox.messages()] == ["bob@example.com"]


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"kind": "explode"}, "kind"),
        ({"kind": "250"}, "kind"),
        ({"kind": 451}, "kind"),
        ({}, "kind"),
        ([], "JSON object"),
        ({"kind": "4" * 600}, "exceeds"),
        ({"kind": "451", "times": 0}, "times"),
        ({"kind": "451", "times": True}, "times"),
        ({"kind": "451", "at": "quit"}, "at"),
        ({"kind": "451", "at": "recipient", "stored": True}, "stored"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "slow", "seconds": "2"}, "seconds"),
        ({"kind": "refuse", "times": 2}, "times"),
        ({"kind": "451", "since": 2}, "since"),
    ],
)
def test_an_invalid_fault_is_named(mailbox, fault, named):
    response = requests.post(f"{mailbox.inbox}/faults", json=fault, timeout=10)

    assert response.status_code in {400, 413}
    assert named in response.json()["error"]
    assert requests.get(f"{mailbox.inbox}/faults", timeout=10).json() == []
