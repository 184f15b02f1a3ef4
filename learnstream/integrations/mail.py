"""The mail port: what LearnStream needs from a mail server, and its types."""

import re
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from flask import current_app

from learnstream.errors.messaging import MailUnconfigured
from learnstream.text import email_address

EXTENSION = "mail_service"
MAILBOX = re.compile(r'"?(?P<name>[^"<>]*?)"?\s*<(?P<address>[^<>\s]+)>')


class Mailbox(NamedTuple):
    """An address, with the name that mail programs show for it, if any."""

    address: str
    name: str = ""

    @classmethod
    def parse(cls, text: str, default_name: str = "") -> "Mailbox":
        """Return the mailbox that a text like `Example School <school@example.com>` or an address alone stands for.

        Raises:
            ValueError: it is neither; the message continues a sentence about the text.
        """
        named = MAILBOX.fullmatch(text)
        name, address = (named["name"], named["address"]) if named else ("", text)
        if not name.isprintable():
            raise ValueError("must have a name of one line")
        try:
            return cls(email_address.normalize(address), name.strip() or default_name)
        except ValueError as error:
            message = f"must be an address, or like Example School <school@example.com>: {error}"
            raise ValueError(message.removesuffix(".")) from None


@dataclass(frozen=True, slots=True)
class Message:
    """A mail to one recipient.

    `key` identifies it: the same mail, sent again after a crash, has the same `Message-ID`, so that mail programs show
    it once. `unsubscribe` is the URL at which a mail program can unsubscribe its user by a POST (RFC 8058); empty for mails
    that are not optional.
    """

    key: str
    recipient: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe: str = ""


class MailFailure(Exception):
    """The server did not accept a mail.

    permanent: the same mail will be rejected again. unreachable: the cause is the server, so that other mails would
    fail as well. no_mailbox: the recipient's address has none, so that all mails to it will be rejected. reason: the
    server's answer, or what went wrong.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, unreachable: bool = False, no_mailbox: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unreachable = unreachable
        self.no_mailbox = no_mailbox


class MailService(Protocol):
    """A connection to a mail server, opened by the first mail and closed at the end of a `with` block.

    It belongs to one thread.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, message: Message) -> str:
        """Send a mail, within ten seconds, and return the server's answer.

        Raises:
            MailFailure: the server did not accept it, or may not have.
        """


def service() -> MailService:
    """Return a new connection to the configured server, which is not open yet.

    Raises:
        MailUnconfigured: no mail server is configured.
    """
    connected: MailService | None = current_app.extensions[EXTENSION]()
    if connected is None:
        raise MailUnconfigured()
    return connected


def is_configured() -> bool:
    """True if a mail server is configured."""
    return bool(current_app.config["MAIL_URL"])


def require_configured() -> None:
    """Require a mail server.

    Raises:
        MailUnconfigured: none is configured.
    """
    if not is_configured():
        raise MailUnconfigured()
