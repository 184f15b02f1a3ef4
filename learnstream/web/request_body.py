"""What clients send: read whole, within the limit and in time, or refused.

Werkzeug takes what has come when a client goes away for the whole body, and cuts one that comes in chunks off at the
limit. Either could be taken for something that nobody sent.
"""

import io
import sys
from functools import cached_property
from typing import IO, Any, cast

import flask

from learnstream.errors import TimedOut, TooLarge
from learnstream.errors.requests import BodyIncomplete


class Body(io.RawIOBase):
    """The server's stream of a body. `length` is what the client announced, None for one in chunks."""

    def __init__(self, source: IO[bytes], *, length: int | None, limit: int) -> None:
        if length is not None and length > limit:
            raise TooLarge()
        self._source = source
        self._length = length
        self._limit = limit
        self._come = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what comes next.

        Raises:
            TooLarge: it is more than the limit.
            TimedOut: the client fell silent.
            BodyIncomplete: the client went away, or its chunks make no sense.
        """
        into = memoryview(buffer)
        wanted = len(into) if self._length is None else min(len(into), self._length - self._come)
        data = self._read(wanted) if wanted else b""
        self._come += len(data)
        if self._come > self._limit:
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
        except Exception as error:  # each server has its own for chunks that make no sense
            raise BodyIncomplete() from error


class Request(flask.Request):
    """A request whose body is whole."""

    @cached_property
    def stream(self) -> IO[bytes]:
        if self.content_length is None and "wsgi.input_terminated" not in self.environ:
            # A server that does not tell where a body ends has to be told how long it is.
            return io.BytesIO()
        limit = self.max_content_length or sys.maxsize
        return cast(IO[bytes], Body(self.input_stream, length=self.content_length, limit=limit))
