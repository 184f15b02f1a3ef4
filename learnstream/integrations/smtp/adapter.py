"""The SMTP adapter for the mail port.

It is imported when the first mail is sent: web workers need not load `smtplib` and what that needs.
"""

import smtplib
import time
from types import TracebackType
from typing import Self

from learnstream.integrations.mail import Mailbox, MailFailure, Message
from learnstream.integrations.smtp import mime, replies
from learnstream.integrations.smtp.mime import Parcel
from learnstream.integrations.smtp.server import SmtpServer
from learnstream.integrations.smtp.session import TIMEOUT, Session

INTERNATIONAL = ("SMTPUTF8", "BODY=8BITMIME")
FAILURES = (smtplib.SMTPException, OSError, ValueError)


class SmtpMail:
    """A `MailService`."""

    def __init__(self, server: SmtpServer, sender: Mailbox, reply_to: Mailbox | None) -> None:
        self._server = server
        self._sender = sender
        self._reply_to = reply_to
        self._session: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def send(self, message: Message) -> str:
        parcel = mime.pack(message, self._sender, self._reply_to)
        until = time.monotonic() + TIMEOUT
        try:
            session = self._begin(parcel, until)
            with session.until(until):
                return _transmit(session, parcel)
        except MailFailure:
            self._end()
            raise
        except FAILURES as error:
            self._end()
            raise _failure(error, timed_out=time.monotonic() >= until) from error

    def _begin(self, parcel: Parcel, until: float) -> Session:
        """Return a session in which the mail has begun: the present one, if the server still accepts it."""
        if (session := self._session) is not None:
            try:
                _begin_mail(session, parcel, until)
            except (MailFailure, *FAILURES):
                # Servers end sessions that have been idle, or had many mails. Nothing has been sent yet.
                self._end()
            else:
                return session
        session = self._open(until)
        _begin_mail(session, parcel, until)
        return session

    def _open(self, until: float) -> Session:
        """Open a session.

        Raises:
            MailFailure: no mail can be sent now. Even a permanent error concerns the configuration, not the mail.
        """
        try:
            self._session = session = Session(self._server, mime.domain_of(self._sender.address), until)
            with session.until(until):
                session.greet()
        except FAILURES as error:
            raise MailFailure(_reason(error, time.monotonic() >= until), unreachable=True) from error
        return session

    def _end(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.end()


def _begin_mail(session: Session, parcel: Parcel, until: float) -> None:
    if parcel.international and not session.has_extn("smtputf8"):
        raise MailFailure("the address is not ASCII, and the server does not support SMTPUTF8", permanent=True)
    with session.until(until):
        _expect(session.mail(parcel.sender, INTERNATIONAL if parcel.international else ()))


def _transmit(session: Session, parcel: Parcel) -> str:
    """Send recipient and content; return the server's answer."""
    code, answer = session.rcpt(parcel.recipient)
    if replies.has_no_mailbox(code, text := _text(code, answer)):
        raise MailFailure(text, permanent=True, no_mailbox=True)
    _expect((code, answer))
    return _expect(session.data(parcel.content))


def _expect(reply: tuple[int, bytes]) -> str:
    """Return the text of a positive reply.

    Raises:
        SMTPResponseException: it is negative.
    """
    code, answer = reply
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, answer)
    return _text(code, answer)


def _failure(error: Exception, *, timed_out: bool) -> MailFailure:
    """Return what a failure means. If the connection was lost, the server may have accepted the mail all the same."""
    if isinstance(error, smtplib.SMTPResponseException):
        # 421: the server ends the session, whatever the mail.
        code = error.smtp_code
        return MailFailure(_reason(error), permanent=500 <= code < 600, unreachable=code == 421)
    return MailFailure(_reason(error, timed_out), unreachable=timed_out)


def _reason(error: Exception, timed_out: bool = False) -> str:
    if timed_out:
        return f"no answer within {TIMEOUT:g} s"
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _text(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
