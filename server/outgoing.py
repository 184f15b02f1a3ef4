"""A client's non-blocking connection: data that the client does not read immediately is buffered."""

import math
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

READ = 16 * 1024  # bytes received at a time
READ_OF_LONG_BODY = 256 * 1024
SENT = 64 * 1024  # bytes sent at a time
# Maximum bytes of a response in memory; beyond that, it is moved to a temporary file.
IN_MEMORY = 32 * 1024
# How long a client may take to read what is buffered, and a whole long response: so many seconds, plus one per so many bytes.
SEND_SECONDS, STREAM_SECONDS, BYTES_A_SECOND = 10.0, 15.0, 32_000


class ClientSocket(socket.socket):
    """A connection that never blocks. Data that `sendall` could not send is buffered for `send_rest`."""

    def __init__(self, fileno: int) -> None:
        super().__init__(fileno=fileno)
        super().setblocking(False)
        self._rest: SpooledTemporaryFile[bytes] | None = None
        self._sent = 0
        self.unsent = 0  # bytes
        # The part of a long response that is not produced yet, how many bytes that are, and when all must be sent.
        self._source: Iterator[bytes] | None = None
        self.unproduced = 0
        self.deadline = math.inf

    def send_later(self, pieces: Iterable[bytes], length: int) -> None:
        """Send the rest of a response, `length` bytes, while the client reads it: `produce` gets a piece at a time.

        The application passes it here, and returns an empty body.
        """
        self._source, self.unproduced = iter(pieces), length
        self.deadline = time.monotonic() + STREAM_SECONDS + length / BYTES_A_SECOND

    @property
    def send_deadline(self) -> float:
        """The monotonic time by which the client must have read what is buffered."""
        return min(self.deadline, time.monotonic() + SEND_SECONDS + self.unsent / BYTES_A_SECOND)

    def discard(self) -> None:
        """End a long response, whether it is complete or not."""
        self._source, self.unproduced, self.deadline = None, 0, math.inf

    def produce(self) -> None:
        """Get the next piece, in whatever thread, and send it.

        Raises:
            EOFError: there are fewer bytes than were announced.
            Exception: whatever the application raises.
        """
        piece = next(self._source or iter(()), b"")
        if not piece or len(piece) > self.unproduced:
            raise EOFError("the response does not have its length")
        self.unproduced -= len(piece)
        if not self.unproduced:
            self._source = None
        self.sendall(piece)

    def setblocking(self, flag: bool) -> None:
        """Stay non-blocking: gunicorn would let its threads wait for clients."""

    def receive_available(self, size: int = READ) -> bytes | None:
        """Return data that has arrived: empty if the client has disconnected, None if there is none yet."""
        try:
            return self.recv(size)
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
        self.discard()
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
            with suppress(OSError):  # see `Incoming.close`
                self._rest.close()
        self._rest, self._sent, self.unsent = None, 0, 0
