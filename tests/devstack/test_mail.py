"""The mail catcher over SMTP and HTTP, as its clients use it."""

import http.client
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from devstack.mail import MailCatcher
from devstack.processes import ownership
from tests.waiting import within

ROOT = Path(__file__).parents[2]
SENDER, READER = "school@learnstream.example", "lea@example.com"


def connect(mailbox, timeout=10):
    address = urlsplit(mailbox.url)
    return smtplib.SMTP(address.hostname, address.port, local_hostname="client.test", timeout=timeout)


def make_message(subject="Welcome", text="Hello", html=None, to=READER):
    message = EmailMessage()
    message["From"] = f"LearnStream <{SENDER}>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<1@learnstream.example>"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def send(mailbox):
    def send(*args, **kwargs):
        with connect(mailbox) as smtp:
            smtp.send_message(make_message(*args, **kwargs))

    return send


@pytest.fixture
def send_raw(mailbox):
    def send_raw(source):
        with connect(mailbox) as smtp:
            smtp.sendmail(SENDER, [READER], source)

    return send_raw


@pytest.fixture
def get(mailbox):
    return lambda path, **options: requests.get(mailbox.inbox + path, timeout=10, **options)


def test_a_mail_is_shown_with_its_parts(send, mailbox):
    send(subject="Grüße aus Köln 🎓", text="Olá, Lea!\nhttps://a.test/x", html="<p>Olá, <b>Lea</b>!</p>")

    (message,) = mailbox.messages()
    assert (message["from"], message["to"]) == (SENDER, READER)
    assert message["subject"] == "Grüße aus Köln 🎓"
    assert message["text"] == "Olá, Lea!\nhttps://a.test/x\n"
    assert message["html"] == "<p>Olá, <b>Lea</b>!</p>\n"
    assert message["message_id"] == "<1@learnstream.example>"
    assert ["From", f"LearnStream <{SENDER}>"] in message["headers"]
    assert message["received_at"].endswith("Z")


def test_messages_are_listed_newest_first_and_read_by_id(send, mailbox, get):
    for number in range(3):
        send(subject=f"Number {number}")

    messages = mailbox.messages()

    assert [each["subject"] for each in messages] == ["Number 2", "Number 1", "Number 0"]
    assert get(f"/messages/{messages[1]['id']}").json() == messages[1]
    assert get("/messages/unknown").status_code == 404


def test_the_list_is_not_sent_again_while_it_stays_the_same(send, get):
    tag = get("/messages").headers["ETag"]
    unchanged = get("/messages", headers={"If-None-Match": tag})
    send()
    changed = get("/messages", headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (changed.status_code, len(changed.json())) == (200, 1)


def test_all_mails_can_be_deleted(send, mailbox):
    send()

    mailbox.clear()

    assert mailbox.messages() == []


def test_a_test_waits_for_the_mail_that_it_expects(send, mailbox):
    send(subject="Your invitation", to="Ana@Example.com")
    send(subject="Other", to="ana@example.com")

    assert mailbox.wait_for(to="ana@example.com", subject="invitation")["subject"] == "Your invitation"
    with pytest.raises(AssertionError, match="no mail to bob"):
        mailbox.wait_for(to="bob@example.com", timeout=0.1)


def test_every_login_is_accepted(mailbox):
    with connect(mailbox) as smtp:
        smtp.login("any user", "any password")
        smtp.send_message(make_message())

    assert len(mailbox.messages()) == 1


def test_international_addresses_are_shown_in_unicode(mailbox):
    with connect(mailbox) as smtp:
        smtp.sendmail(SENDER, ["lea@xn--mnchen-3ya.example"], "Subject: IDN\r\n\r\nHello")
        smtp.sendmail(SENDER, ["jürgen@münchen.example"], "Subject: UTF8\r\n\r\nHello", mail_options=["SMTPUTF8"])

    assert [each["to"] for each in mailbox.messages()] == ["jürgen@münchen.example", "lea@münchen.example"]


def test_a_mail_that_is_too_large_is_rejected_whether_it_is_announced_or_not(mailbox):
    source = b"Subject: Large\r\n\r\n" + b"x" * 900 + (b"\r\n" + b"x" * 900) * 10_000
    with connect(mailbox) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            smtp.sendmail(SENDER, [READER], source)
        smtp.ehlo_or_helo_if_needed()
        smtp.mail(SENDER)
        smtp.rcpt(READER)
        code, _ = smtp.data(source)
        smtp.send_message(make_message(subject="Small"))

    assert (announced.value.smtp_code, code) == (552, 552)
    assert [each["subject"] for each in mailbox.messages()] == ["Small"]


def test_text_parts_of_a_mail_are_served_without_rights(send, mailbox, get):
    send(html="<script>alert(1)</script>")
    (message,) = mailbox.messages()

    parts = [get(f"/messages/{message['id']}/{part}") for part in ("html", "source")]

    assert [part.headers["Content-Type"] for part in parts] == ["text/html; charset=utf-8", "text/plain; charset=utf-8"]
    for part in parts:
        assert part.headers["Content-Security-Policy"] == (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )
        assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script>alert(1)</script>" in parts[0].text
    assert parts[1].text.startswith("From: LearnStream <school@learnstream.example>")


def test_a_line_break_in_a_decoded_header_makes_no_other_header(send_raw, mailbox):
    send_raw("Subject: =?utf-8?q?One=0D=0ABcc:_eve@example.com?=\r\nX-Folded: a\r\n\tb\r\n\r\nHello")

    (message,) = mailbox.messages()
    assert message["subject"] == "One\ufffd\ufffdBcc: eve@example.com"
    assert [name for name, _ in message["headers"]] == ["Subject", "X-Folded"]
    assert ["X-Folded", "a b"] in message["headers"]


def test_the_inbox_answers_only_to_names_of_this_machine(mailbox):
    port = urlsplit(mailbox.inbox).port
    statuses = {}
    for name in ("127.0.0.1", "localhost", "inbox.attacker.test"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/messages", headers={"Host": f"{name}:{port}"})
        statuses[name] = connection.getresponse().status
        connection.close()

    assert statuses == {"127.0.0.1": 200, "localhost": 200, "inbox.attacker.test": 400}


def test_catcher_and_inbox_listen_on_loopback_only(mailbox):
    ports = {urlsplit(url).port for url in (mailbox.url, mailbox.inbox)}
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    listening = [words[1].split(":") for words in lines]

    assert {address for address, port in listening if int(port, 16) in ports} == {"0100007F"}


def test_the_process_ends_with_its_parent():
    script = (
        "import os; from devstack.mail import MailCatcher\n"
        "catcher = MailCatcher(); catcher.start(); print(catcher.pid, flush=True); os._exit(1)"
    )
    completed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30)

    pid = int(completed.stdout)
    within(10, lambda: not ownership.is_running(pid))


def test_a_catcher_can_be_stopped_while_clients_are_connected():
    with MailCatcher() as catcher:
        pid, address = catcher.pid, urlsplit(catcher.url)
        client = socket.create_connection((address.hostname, address.port), timeout=10)
        assert client.recv(100).startswith(b"220 ")

    assert not ownership.is_running(pid)
    client.close()
