"""Request bodies, read completely, within the size limit and in time, or rejected.

If a client disconnects, Werkzeug treats the part that has arrived as the whole body, and it truncates a chunked body
at the limit. Either could be mistaken for a complete body.
"""

import io
import sys
from functools import cached_property
from typing import IO, Any, cast

import flask

from learnstream.errors import TimedOut, TooLarge
from learnstream.errors.requests import BodyIncomplete


class Body(io.RawIOBase):
    """The server's stream of a body. `length` is the Content-Length, None for a chunked body."""

    def __init__(self, source: IO[bytes], *, length: int | None, limit: int) -> None:
        if length is not None and length > limit:
            raise TooLarge()
        self._source = source
        self._length = length
        self._limit = limit
        self._received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes into a buffer; return their number.

        Raises:
            TooLarge: the body exceeds the limit.
            TimedOut: the client stopped sending.
            BodyIncomplete: the client disconnected, or sent invalid chunks.
        """
        into = memoryview(buffer)
        wanted = len(into) if self._length is None else min(len(into), self._length - self._received)
        data = self._read(wanted) if wanted else b""
        self._received += len(data)
        if self._received > self._limit:
            raise TooLarge()
        if wanted and not data and self._length is not None:
            raise BodyIncomplete()
        into[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except TimeoutError:
            raise TimedOut() from None
        except Exception as error:  # each server has its own exceptions for invalid chunks
            raise BodyIncomplete() from error


class Request(flask.Request):
    """A request whose body is complete."""

    @cached_property
    def stream(self) -> IO[bytes]:
        if self.content_length is None and "wsgi.input_terminated" not in self.environ:
            # Without Content-Length, only servers that mark the end of the input can read a body.
            return io.BytesIO()
        limit = self.max_content_length or sys.maxsize
        return cast(IO[bytes], Body(self.input_stream, length=self.content_length, limit=limit))
