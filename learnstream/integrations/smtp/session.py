"""SMTP sessions, by the standard library's `smtplib`, with a deadline for everything that waits for the server.

Imported when the first mail is sent, like the adapter: web workers need not load it.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from learnstream.integrations.smtp.server import SmtpServer
from learnstream.stores.budget import watchdog

TIMEOUT = 10.0  # seconds for a mail, including the connection
CONNECT_TIMEOUT = 4.0  # seconds for each of the server's addresses


class Session(smtplib.SMTP):
    """A session with a server, begun by `greet` and ended by `end`.

    Timeouts of single reads would let a slow server take forever, so each step is enclosed in `until`.
    """

    def __init__(self, server: SmtpServer, client_name: str, until: float) -> None:
        self._server = server
        self._connected = _connect(server, until)
        # `smtplib` closes its socket at any error, and the descriptor's number may then be another connection's: the
        # deadline shuts down this duplicate, which stays open until `end`.
        self._line = self._connected.dup()
        # Without a name, `smtplib` would look up this machine's in DNS, for however long that takes.
        super().__init__(local_hostname=client_name, timeout=TIMEOUT)
        self._host = server.host  # the name that `starttls` verifies

    def _get_socket(self, *_: Any) -> socket.socket:
        if self._server.implicit_tls:
            return _tls(self._server).wrap_socket(self._connected, server_hostname=self._server.host)
        return self._connected

    @contextmanager
    def until(self, moment: float) -> Iterator[None]:
        """Shut the connection down if the enclosed step has not ended at a moment of the monotonic clock."""
        with watchdog.cutting(self._line.fileno(), moment - time.monotonic()):
            yield

    def greet(self) -> None:
        """Begin the session: greeting, TLS and authentication.

        Raises:
            SMTPException, OSError: it could not be begun.
        """
        server = self._server
        code, answer = self.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        self.ehlo_or_helo_if_needed()
        if not server.implicit_tls and (self.has_extn("starttls") or not server.is_local):
            self.starttls(context=_tls(server))
            self.ehlo_or_helo_if_needed()
        if server.user:
            self.login(server.user, server.password)

    def end(self) -> None:
        """Close the connection, without QUIT, whose answer might never come."""
        self.close()
        self._connected.close()
        self._line.close()


def _connect(server: SmtpServer, until: float) -> socket.socket:
    """Connect to the first of the server's addresses that answers."""
    failed: OSError = OSError("the name has no address")
    for *_, address in socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM):
        rest = until - time.monotonic()
        try:
            connected = socket.create_connection((str(address[0]), server.port), max(0.1, min(rest, CONNECT_TIMEOUT)))
        except OSError as error:
            failed = error
        else:
            connected.settimeout(TIMEOUT)
            return connected
    raise failed


def _tls(server: SmtpServer) -> ssl.SSLContext:
    """Return a context that verifies the server's certificate, unless the server is on this machine."""
    context = ssl.create_default_context()
    if server.is_local:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
