"""Incremental decoding of chunked bodies (RFC 9112, 7.1).

Gunicorn's reader blocks until the client sends more. Here it only parses complete lines, so that the interpretation
of each line is still gunicorn's.
"""

from collections.abc import Callable
from typing import Any, Protocol

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize, LimitRequestHeaders

LONGEST_LINE = 8190
LONGEST_TRAILERS = 16 * 1024


class Sink(Protocol):
    """A destination of decoded data."""

    def write(self, data: bytes | bytearray) -> None: ...


class Lines(ChunkedReader):
    """Gunicorn's reader for single lines: trailers are parsed once they are complete."""

    def parse_trailers(self, unreader: Any, data: bytes) -> bytes:
        return b""

    def read_trailers(self, data: bytes) -> None:
        super().parse_trailers(self.req.unreader, data)


class Chunks:
    """Decoder of one request's body."""

    def __init__(self, request: Any) -> None:
        self._lines = Lines(request, request.unreader)
        self._unreader = request.unreader
        self._step: Callable[[bytearray, Sink], bool] = self._size
        self._left = 0
        self._scanned = 0
        self._is_complete = False

    def decode(self, data: bytearray, sink: Sink) -> bool:
        """Remove from `data` what can be decoded; return True when the body is complete.

        Raises:
            ParseException: the encoding is invalid.
        """
        while not self._is_complete and self._step(data, sink):
            pass
        return self._is_complete

    def _size(self, data: bytearray, _: Sink) -> bool:
        line = self._take(data, b"\r\n", LONGEST_LINE, InvalidChunkSize(b"line"))
        if line is None:
            return False
        self._left, _rest = self._lines.parse_chunk_size(self._unreader, line)
        self._step = self._content if self._left else self._trailers
        return True

    def _content(self, data: bytearray, sink: Sink) -> bool:
        if self._left:
            content = data[: self._left]
            sink.write(content)
            self._left -= len(content)
            del data[: len(content)]
        if self._left or len(data) < 2:
            return False
        if data[:2] != b"\r\n":
            raise ChunkMissingTerminator(bytes(data[:2]))
        del data[:2]
        self._step = self._size
        return True

    def _trailers(self, data: bytearray, _: Sink) -> bool:
        if data[:2] == b"\r\n":
            del data[:2]
            self._is_complete = True
        elif len(data) >= 2:
            trailers = self._take(data, b"\r\n\r\n", LONGEST_TRAILERS, LimitRequestHeaders("trailers"))
            if trailers is not None:
                self._lines.read_trailers(trailers)
                self._is_complete = True
        return False

    def _take(self, data: bytearray, end: bytes, longest: int, error: Exception) -> bytes | None:
        """Remove and return the data up to and including `end`, None if it has not arrived; never searches data twice."""
        found = data.find(end, self._scanned)
        if found < 0 and len(data) <= longest:
            self._scanned = max(0, len(data) - len(end) + 1)
            return None
        self._scanned = 0
        if not 0 <= found <= longest:
            raise error
        taken = bytes(data[: found + len(end)])
        del data[: found + len(end)]
        return taken
