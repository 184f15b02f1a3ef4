"""A client's non-blocking connection: data that the client does not read immediately is buffered."""

import socket
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

READ = 16 * 1024  # bytes received at a time
SENT = 64 * 1024  # bytes sent at a time
# Maximum bytes of a response in memory; beyond that, it is moved to a temporary file.
IN_MEMORY = 32 * 1024


class ClientSocket(socket.socket):
    """A connection that never blocks. Data that `sendall` could not send is buffered for `send_rest`."""

    def __init__(self, fileno: int) -> None:
        super().__init__(fileno=fileno)
        super().setblocking(False)
        self._rest: SpooledTemporaryFile[bytes] | None = None
        self._sent = 0
        self.unsent = 0  # bytes

    def setblocking(self, flag: bool) -> None:
        """Stay non-blocking: gunicorn would let its threads wait for clients."""

    def receive_available(self) -> bytes | None:
        """Return data that has arrived: empty if the client has disconnected, None if there is none yet."""
        try:
            return self.recv(READ)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def sendall(self, data: Any, flags: int = 0) -> None:
        sent = 0 if self.unsent else self._send(data)
        if sent < len(data):
            self._buffer(memoryview(data)[sent:])

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        file.seek(offset)
        left = count
        while data := file.read(SENT if left is None else min(SENT, left)):
            self.sendall(data)
            left = None if left is None else left - len(data)
        return file.tell() - offset

    def send_rest(self) -> None:
        """Send as much of the buffered data as the client accepts.

        Raises:
            OSError: the client has disconnected.
        """
        if self._rest is None:
            return
        self._rest.seek(self._sent)
        sent = self._send(self._rest.read(SENT))
        self._sent += sent
        self.unsent -= sent
        if not self.unsent:
            self._discard_buffer()

    def close(self) -> None:
        self._discard_buffer()
        super().close()

    def _send(self, data: Any) -> int:
        with suppress(BlockingIOError):
            return self.send(data)
        return 0

    def _buffer(self, data: memoryview) -> None:
        if self._rest is None:
            self._rest = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it is sent
        self._rest.write(data)
        self.unsent += len(data)

    def _discard_buffer(self) -> None:
        if self._rest:
            self._rest.close()
        self._rest, self._sent, self.unsent = None, 0, 0
