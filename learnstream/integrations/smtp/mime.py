"""Mails in the format of the Internet (RFC 5322), from the standard library's `email`."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from typing import Any

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from learnstream.clock import now
from learnstream.integrations.mail import Mailbox, MailFailure, Message

# Whatever a mail program might take for the end of a header, and all other control characters.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Short lines of ASCII: acceptable to every server, and unchanged on the way.
ENCODING = "quoted-printable"


# RFC 2369 and RFC 8058.
UNSUBSCRIBE, ONE_CLICK = "List-Unsubscribe", "List-Unsubscribe-Post"


class _Policy(EmailPolicy):
    """A policy that leaves URLs whole: `email` would encode words longer than a line, which no reader decodes there."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


ASCII, INTERNATIONAL = (
    _Policy(**{key: getattr(each, key) for key in ("linesep", "cte_type", "utf8")}) for each in (SMTP, SMTPUTF8)
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail as it is transmitted: the addresses of the envelope, and the content.

    international: an address is not ASCII, so that the server must support SMTPUTF8.
    """

    sender: str
    recipient: str
    content: bytes
    international: bool


def pack(message: Message, sender: Mailbox, reply_to: Mailbox | None) -> Parcel:
    """Return a mail from a sender.

    Raises:
        MailFailure: the recipient's address cannot be written in a mail.
    """
    from_, to = transmitted(sender.address), transmitted(message.recipient)
    international = not (from_ + to).isascii()
    mail = EmailMessage(policy=INTERNATIONAL if international else ASCII)
    mail["From"] = _address(from_, sender.name)
    mail["To"] = _address(to)
    if reply_to:
        mail["Reply-To"] = _address(transmitted(reply_to.address), reply_to.name)
    mail["Subject"] = _line(message.subject)
    mail["Date"] = now()
    mail["Message-ID"] = f"<{message.key}@{domain_of(sender.address)}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: vacation notices do not answer
    if message.unsubscribe:
        mail[UNSUBSCRIBE] = f"<{message.unsubscribe}>"
        mail[ONE_CLICK] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, cte=ENCODING)
    mail.add_alternative(message.html, subtype="html", cte=ENCODING)
    mail["Content-Language"] = message.language
    return Parcel(from_, to, mail.as_bytes(), international)


def transmitted(address: str) -> str:
    """Return an address as servers accept it: its domain in ASCII, if its local part is ASCII as well."""
    valid = _validated(address)
    return valid.ascii_email or valid.normalized


def domain_of(address: str) -> str:
    """Return the domain of an address, in ASCII."""
    return _validated(address).ascii_domain


def _validated(address: str) -> ValidatedEmail:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise MailFailure(f"invalid address: {error}", permanent=True) from None


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(_line(name), local, domain)


def _line(text: str) -> str:
    """Return a text as one line, without what `email` would decode, line breaks included, as an encoded word."""
    return CONTROL.sub(" ", text).replace("=?", "= ?").strip()
