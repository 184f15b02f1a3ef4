"""A client's connection, for which no thread waits: what the client does not take at once of an answer is kept."""

import socket
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

READ = 16 * 1024  # bytes received at a time
SENT = 64 * 1024  # bytes sent at a time
# Bytes kept in memory of an answer; the rest goes to a temporary file.
IN_MEMORY = 32 * 1024


class ClientSocket(socket.socket):
    """A connection that never blocks. What `sendall` could not send, `send_rest` does, when the client takes more."""

    def __init__(self, fileno: int) -> None:
        super().__init__(fileno=fileno)
        super().setblocking(False)
        self._rest: SpooledTemporaryFile[bytes] | None = None
        self._sent = 0
        self.unsent = 0  # bytes

    def setblocking(self, flag: bool) -> None:
        """Stay as it is: gunicorn would have its threads wait."""

    def heard(self) -> bytes | None:
        """Return what the client has sent, as far as it has come; nothing if it has hung up, None if it is silent."""
        try:
            return self.recv(READ)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def sendall(self, data: Any, flags: int = 0) -> None:
        sent = 0 if self.unsent else self._send(data)
        if sent < len(data):
            self._keep(memoryview(data)[sent:])

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        file.seek(offset)
        left = count
        while data := file.read(SENT if left is None else min(SENT, left)):
            self.sendall(data)
            left = None if left is None else left - len(data)
        return file.tell() - offset

    def send_rest(self) -> None:
        """Send some of what is unsent, as much as the client takes.

        Raises:
            OSError: it has hung up.
        """
        if self._rest is None:
            return
        self._rest.seek(self._sent)
        sent = self._send(self._rest.read(SENT))
        self._sent += sent
        self.unsent -= sent
        if not self.unsent:
            self._forget()

    def close(self) -> None:
        self._forget()
        super().close()

    def _send(self, data: Any) -> int:
        with suppress(BlockingIOError):
            return self.send(data)
        return 0

    def _keep(self, data: memoryview) -> None:
        if self._rest is None:
            self._rest = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it is sent
        self._rest.write(data)
        self.unsent += len(data)

    def _forget(self) -> None:
        if self._rest:
            self._rest.close()
        self._rest, self._sent, self.unsent = None, 0, 0
