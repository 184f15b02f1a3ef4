"""The SMTP adapter: what it sends, and how it takes what servers answer."""

import email
import email.policy
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from learnstream.errors.messaging import MailUnconfigured
from learnstream.integrations import mail as port
from learnstream.integrations.mail import Mailbox, MailFailure, Message
from learnstream.integrations.smtp import adapter, session
from learnstream.integrations.smtp.adapter import SmtpMail
from learnstream.integrations.smtp.server import SmtpServer
from tests.integrations.smtp_server import ScriptedServer
from tests.tls import write_self_signed

SENDER = Mailbox("school@school.test", "Example School")
PATIENCE = 0.6
INJECTION = "Hello\r\nBcc: everybody@example.com\r\n\r\nX\x00\x0b\x85\u2028Y"


def message(**changes):
    plain = {"recipient": "sam@example.com", "subject": "Welcome", "text": "Hello, Sam\n", "html": "<p>Hello, Sam</p>"}
    return Message(**{"key": "7.1", "language": "en", **plain, **changes})


def mail_to(server, sender=SENDER, reply_to=None, **options):
    return SmtpMail(SmtpServer("127.0.0.1", server.port, **options), sender, reply_to)


def deliver(server, *messages, **options):
    """Send in one session; return what the server has received, parsed."""
    with mail_to(server, **options) as service:
        for each in messages:
            service.send(each)
    return [email.message_from_bytes(content, policy=email.policy.default) for content in server.mails]


def body(mail, kind):
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


@pytest.fixture
def server():
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch):
    for module in (adapter, session):
        monkeypatch.setattr(module, "TIMEOUT", PATIENCE)


def failure(server, *, sent=None, **options):
    with mail_to(server, **options) as service, pytest.raises(MailFailure) as raised:
        service.send(sent or message())
    return raised.value


def test_a_mail_has_its_headers_and_both_texts(server):
    [mail] = deliver(server, message(), reply_to=Mailbox("help@school.test"))

    assert dict(mail.items()) | {"Date": "", "Content-Type": ""} == {
        "From": "Example School <school@school.test>",
        "To": "sam@example.com",
        "Reply-To": "help@school.test",
        "Subject": "Welcome",
        "Date": "",
        "Message-ID": "<7.1@school.test>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }
    assert abs(mail["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=1)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert body(mail, "plain") == "Hello, Sam\n"
    assert body(mail, "html").strip() == "<p>Hello, Sam</p>"


LINK = "https://api.school.test/unsubscribe?token=" + "7.grades_released.0123456789abcdef." * 6


def test_an_optional_mail_says_how_a_program_unsubscribes(server):
    deliver(server, message(unsubscribe=LINK), message(unsubscribe=LINK, recipient="günther@exämple.com"))

    # As it was sent: a URL that were folded or encoded would be no URL to the programs that read it.
    for content in server.mails:
        headers = content.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        assert f"List-Unsubscribe: <{LINK}>" in headers
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers
        assert len(LINK) < 900  # of 998 that SMTP allows in a line


def test_other_mails_do_not(server):
    [mail] = deliver(server, message())

    assert [name for name in mail if name.startswith("List-")] == []


def test_the_answer_is_the_servers(server):
    with mail_to(server) as service:
        assert service.send(message()) == "250 queued as 1"


@pytest.mark.parametrize(
    "subject", [INJECTION, "a\rb", "a\nBcc: x@example.com", "\r\n.\r\nQUIT\r\n", "=?utf-8?q?=0D=0ABcc:_x@example.com?="]
)
def test_no_header_can_be_injected(server, subject):
    sender = Mailbox("school@school.test", subject)

    [mail] = deliver(server, message(subject=subject), sender=sender)

    assert mail["Bcc"] is None
    assert [name for name in mail if name in {"Subject", "From", "To"}] == ["From", "To", "Subject"]
    assert not set("\r\n\x00\x0b\x85\u2028") & set(mail["Subject"] + mail["From"].addresses[0].display_name)
    assert mail["From"].addresses[0].addr_spec == "school@school.test"
    assert [line.split()[0] for line in server.commands] == ["ehlo", "mail", "rcpt", "data"]


@pytest.mark.parametrize("subject", ["Ação é já · 学校 😀", "x" * 250, "Wörter " * 35])
def test_a_subject_arrives_as_it_was(server, subject):
    [mail] = deliver(server, message(subject=subject))

    assert mail["Subject"] == subject.strip()
    assert max(map(len, server.mails[0].split(b"\r\n"))) <= 998


def test_a_text_arrives_as_it_was(server):
    text = "ä\n.\n..\nFrom here\n" + "x" * 2000 + "\n"

    [mail] = deliver(server, message(text=text))

    assert body(mail, "plain") == text
    assert max(map(len, server.mails[0].split(b"\r\n"))) <= 78


LONG = f"{'l' * 64}@{'d' * 60}.{'d' * 60}.{'d' * 60}.test"


@pytest.mark.parametrize(
    ("address", "transmitted"),
    [
        ("sam+tag@example.com", "sam+tag@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("sam@bücher.example", "sam@xn--bcher-kva.example"),
        ("sam@学校.example", "sam@xn--48s290a.example"),
        (LONG, LONG),
    ],
)
def test_an_address_is_transmitted_in_ascii(server, address, transmitted):
    [mail] = deliver(server, message(recipient=address))

    assert f"rcpt TO:<{transmitted}>" in server.commands
    assert mail["To"].addresses[0].addr_spec == transmitted
    assert server.commands[1] == "mail FROM:<school@school.test>"


def test_an_international_address_is_transmitted_in_utf_8(server):
    deliver(server, message(recipient="jürgen@bücher.example", subject="Grüße"))

    assert server.commands[1:3] == [
        "mail FROM:<school@school.test> SMTPUTF8 BODY=8BITMIME",
        "rcpt TO:<jürgen@bücher.example>",
    ]
    lines = server.mails[0].decode().split("\r\n")
    assert {"To: jürgen@bücher.example", "Subject: Grüße"} <= set(lines)


def test_a_server_without_support_for_international_addresses_cannot_deliver_to_one():
    with ScriptedServer(EHLO="250 hello") as server:
        failed = failure(server, sent=message(recipient="jürgen@example.com"))

    assert (failed.permanent, failed.unreachable) == (True, False)


@pytest.mark.parametrize(
    "address",
    ["sam", "sam@example.com\r\nRCPT TO:<x@example.com>", "a@b@example.com", "<a@b.test>", '"sam smith"@example.com'],
)
def test_an_invalid_address_is_not_transmitted(server, address):
    failed = failure(server, sent=message(recipient=address))

    assert (failed.permanent, failed.unreachable) == (True, False)
    assert server.commands == []


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "accepted"])
@pytest.mark.parametrize(
    ("reply", "permanent"), [("451 later", False), ("550-no\r\n550 never", True), ("nonsense", False)]
)
def test_a_rejection_of_a_mail_says_whether_it_is_final(verb, reply, permanent):
    with ScriptedServer(**{verb: reply}) as server:
        failed = failure(server)

    assert (failed.permanent, failed.unreachable) == (permanent, False)


@pytest.mark.parametrize(
    "replies",
    [
        {"greeting": "554 no"},
        {"greeting": "421 busy"},
        {"greeting": "HTTP/1.1 400 Bad Request"},
        {"EHLO": "502 what", "HELO": "502 what"},
        {"EHLO": "250-hello\r\n250 AUTH PLAIN", "AUTH": "535 wrong password"},
        {"EHLO": "250 hello"},
        {"MAIL": "421 too many"},
    ],
)
def test_what_concerns_every_mail_is_temporary(replies):
    with ScriptedServer(**replies) as server:
        failed = failure(server, user="u", password="very-secret")

    assert (failed.permanent, failed.unreachable) == (False, True)
    assert "very-secret" not in failed.reason


def test_credentials_are_sent(server):
    deliver(server, message(), user="user", password="password")

    assert any(command.startswith("AUTH PLAIN") for command in server.commands)


def test_a_server_that_refuses_connections_is_unreachable():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))

        failed = failure(SimpleNamespace(port=bound.getsockname()[1]))

    assert (failed.permanent, failed.unreachable) == (False, True)
    assert "refused" in failed.reason


def test_mails_share_a_session(server):
    deliver(server, *(message(key=f"{number}.1") for number in range(5)))

    assert (server.connections, len(server.mails)) == (1, 5)


def test_a_session_that_the_server_has_ended_is_opened_again(server):
    with mail_to(server) as service:
        service.send(message())
        server.replies["MAIL"] = "421 too many mails"
        service._session.sock.shutdown(2)
        server.replies["MAIL"] = "250 OK"
        service.send(message())

    assert (server.connections, len(server.mails)) == (2, 2)


@pytest.mark.parametrize("verb", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "accepted"])
def test_a_server_that_answers_one_byte_at_a_time_is_given_up_in_time(impatient, verb):
    with ScriptedServer(**{verb: "250-" + "x" * 10_000}) as server:
        began = time.monotonic()
        server.pause = 0.05
        failed = failure(server)

    assert failed.unreachable
    assert "no answer within" in failed.reason
    assert time.monotonic() - began < 8 * PATIENCE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate of another name."""
    return write_self_signed(tmp_path_factory.mktemp("tls") / "certificate.pem", "mail.example.com")


@pytest.fixture
def context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def remote(monkeypatch):
    """Treat the server as one on another machine."""
    monkeypatch.setattr(SmtpServer, "is_local", False)


STARTTLS = {"EHLO": "250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS"}


def test_a_server_on_this_machine_is_not_verified(context):
    with ScriptedServer(context=context, **STARTTLS) as server:
        deliver(server, message())
        assert "STARTTLS" in server.commands
    with ScriptedServer(context=context, implicit=True) as server:
        deliver(server, message(), implicit_tls=True)
        assert len(server.mails) == 1


@pytest.mark.parametrize("implicit", [True, False])
def test_the_certificate_of_another_server_is_verified(context, remote, implicit):
    with ScriptedServer(context=context, implicit=implicit, **STARTTLS) as server:
        failed = failure(server, implicit_tls=implicit, user="u", password="p")

        assert "CERTIFICATE_VERIFY_FAILED" in failed.reason
        assert (failed.permanent, failed.unreachable) == (False, True)
        assert not any(command.startswith(("AUTH", "mail")) for command in server.commands)


def test_without_encryption_another_server_gets_nothing(server, remote):
    failed = failure(server, user="u", password="p")

    assert "STARTTLS" in failed.reason
    assert (failed.permanent, failed.unreachable) == (False, True)
    assert server.commands == ["ehlo school.test"]


def test_a_verified_server_gets_the_mail(context, certificate, remote, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate)
    trusting.check_hostname = False
    monkeypatch.setattr(session, "_tls", lambda _: trusting)
    with ScriptedServer(context=context, **STARTTLS) as server:
        deliver(server, message(), user="u", password="p")

        assert [line.split()[0] for line in server.commands] == [
            *("ehlo", "STARTTLS", "ehlo", "AUTH", "mail", "rcpt", "data")
        ]


def test_without_a_server_there_is_no_service(app):
    with pytest.raises(MailUnconfigured):
        port.service()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:1025", SmtpServer("127.0.0.1", 1025)),
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 587)),
        ("smtps://u:p@mail.example.com/", SmtpServer("mail.example.com", 465, True, "u", "p")),
        ("smtp://a%40b.c:p%2F%3A%25%20@h:25", SmtpServer("h", 25, False, "a@b.c", "p/:% ")),
        ("smtp://[::1]:25", SmtpServer("::1", 25)),
    ],
)
def test_a_url_names_a_server(url, expected):
    assert SmtpServer.parse(url) == expected


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.9", True), ("::1", True), ("LocalHost", True), ("10.0.0.1", False)]
)
def test_only_this_machine_is_local(host, local):
    assert SmtpServer(host, 25).is_local is local


def test_a_password_is_not_shown():
    assert "secret" not in repr(SmtpServer("h", 25, user="u", password="secret"))
