"""The address of an SMTP server, as a URL."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote

EXAMPLE = "smtp://user:password@host:587 or smtps://user:password@host:465"
URL = re.compile(
    r"(?P<scheme>smtps?)://"
    r"((?P<user>[^\s:@/?#]+):(?P<password>[^\s:@/?#]+)@)?"
    r"(?P<host>[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]+\])"
    r"(:(?P<port>[0-9]{1,5}))?/?"
)
ENCODED = re.compile(r"([^%]|%[0-9A-Fa-f]{2})*")
CREDENTIAL = re.compile(r"[\x20-\x7e]+")  # all that SMTP authentication in the standard library can send
# Where TLS begins: with the connection (RFC 8314), or by STARTTLS on the port of submission (RFC 6409).
DEFAULT_PORTS = {"smtps": 465, "smtp": 587}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """An SMTP server; `implicit_tls`: TLS begins with the connection, without STARTTLS. No `user`: no authentication."""

    host: str
    port: int
    implicit_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """True if the connection does not leave this machine, and so needs no TLS."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Return the server that a URL names.

        Raises:
            ValueError: the URL is not valid; the message does not quote it, because it contains a password.
        """
        if not (parts := URL.fullmatch(url)):
            raise ValueError(f"must be like {EXAMPLE}, with special characters percent-encoded (@ as %40)")
        port = int(parts["port"] or DEFAULT_PORTS[parts["scheme"]])
        if not 1 <= port <= 65535:
            raise ValueError("must name a port from 1 to 65535")
        user, password = (_decode(parts[name] or "") for name in ("user", "password"))
        return cls(_host(parts["host"]), port, parts["scheme"] == "smtps", user, password)


def _host(text: str) -> str:
    if not text.startswith("["):
        return text
    try:
        return str(ip_address(text[1:-1]))
    except ValueError:
        raise ValueError("must name a valid host") from None


def _decode(text: str) -> str:
    decoded = unquote(text)
    if not ENCODED.fullmatch(text) or (text and not CREDENTIAL.fullmatch(decoded)):
        raise ValueError("must have user and password in printable ASCII, special characters percent-encoded")
    return decoded
