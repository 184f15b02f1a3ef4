"""Parsing of mails. No input is rejected: an inbox shows broken mails as well as it can."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

# Characters. The parser of headers takes quadratic time on some, and nests as deeply as their brackets.
MAX_PARSED_HEADER = 5_000
FOLDS = re.compile(r"[ \t]*(?:\r\n?|\n)[ \t]+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Mail:
    """A received mail.

    sender, recipients: the addresses of the envelope; domains in Unicode.
    headers: in their order, unfolded and decoded. text, html: empty without such a part.
    """

    id: str
    received_at: datetime
    sender: str
    recipients: list[str]
    subject: str
    message_id: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    source: bytes

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "received_at": self.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "from": self.sender,
            "to": ", ".join(self.recipients),
            "subject": self.subject,
            "message_id": self.message_id,
            "headers": self.headers,
            "text": self.text,
            "html": self.html,
        }


def parse(source: bytes, *, sender: str, recipients: Iterable[str]) -> Mail:
    """Return the mail with these bytes and this envelope, received now."""
    message = _message(source)
    headers = [(name, _decode(name, _unfold(str(value)))) for name, value in message.raw_items()]
    return Mail(
        id=secrets.token_hex(8),
        received_at=datetime.now(UTC),
        sender=_in_unicode(sender),
        recipients=[_in_unicode(address) for address in recipients],
        subject=_first("subject", headers),
        message_id=_first("message-id", headers),
        headers=headers,
        text=_body(message, "text/plain"),
        html=_body(message, "text/html"),
        source=source,
    )


def _message(source: bytes) -> Message:
    try:
        return message_from_bytes(source)
    except RecursionError:
        # Parts inside parts inside parts: the headers are readable all the same.
        return BytesHeaderParser().parsebytes(source)


def _unfold(value: str) -> str:
    """Return a header as one line; bytes beyond ASCII are UTF-8, as SMTPUTF8 says."""
    text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _on_one_line(FOLDS.sub(" ", text).strip())


def _on_one_line(text: str) -> str:
    """Make control characters visible: a line break in a decoded header must not look like another header."""
    return CONTROLS.sub("\ufffd", text.replace("\t", " "))


def _decode(name: str, value: str) -> str:
    """Return an unfolded header with its encoded words (RFC 2047) decoded, as mail programs show it."""
    if len(value) > MAX_PARSED_HEADER:
        return value
    try:
        decoded = str(policy.default.header_fetch_parse(name, value)) or value
    except Exception:  # the library's parser raises errors of many kinds, IndexError among them
        return value
    return _on_one_line(_valid(decoded))


def _first(name: str, headers: list[tuple[str, str]]) -> str:
    return next((value for each, value in headers if each.lower() == name), "")


def _body(message: Message, content_type: str) -> str:
    """Return the first part of this type that is not an attachment."""
    try:
        parts = [part for part in message.walk() if part.get_content_type() == content_type]
    except RecursionError:
        return ""
    return next((_text(part) for part in parts if part.get_content_disposition() != "attachment"), "")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        text = content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    return _valid(text).replace("\r\n", "\n")


def _valid(text: str) -> str:
    """Replace surrogates, which some charsets decode to and no JSON should contain."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _in_unicode(address: str) -> str:
    """Return an address with its domain's international labels decoded."""
    local, at, domain = _unfold(address).rpartition("@")
    return f"{local}{at}{'.'.join(map(_label_in_unicode, domain.split('.')))}"


def _label_in_unicode(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        return _on_one_line(_valid(label[4:].encode("ascii").decode("punycode")))
    except UnicodeError:
        return label
