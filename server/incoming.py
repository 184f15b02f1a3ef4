"""Non-blocking parsing of requests: gunicorn's own parser is fed with buffered data and never waits for the client.

The parser is given a complete head, and never more than the head: decisions about a request are made from what the
application will see, and both agree on where the request ends.
"""

import re
import time
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders, NoMoreData
from gunicorn.http.parser import RequestParser
from gunicorn.util import unquote_to_wsgi_str

from server.chunks import Chunks

# Maximum bytes per connection in memory: of a head, and of a body before it is moved to a temporary file.
LONGEST_HEAD = 32 * 1024
IN_MEMORY = 32 * 1024
# Seconds within which a head must be complete after its first byte, and a body after its head.
HEAD_SECONDS = 10.0
BODY_SECONDS, BYTES_A_SECOND = 15.0, 32_000

# The end of a head, or of a line without CR: gunicorn rejects that, so waiting for the end is useless.
HEAD_END = re.compile(rb"\r\n\r\n|(?<!\r)\n")


class Received:
    """The buffered part of a body, for gunicorn's `Body` to read."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the request
        self.size = 0
        self.is_complete = False

    def write(self, data: bytes | bytearray) -> None:
        self.file.write(data)
        self.size += len(data)

    def read(self, size: int) -> bytes:
        """Read the next bytes.

        Raises:
            NoMoreData: the rest of the body was not received; the part must not be mistaken for the whole.
        """
        data = self.file.read(size)
        if size and not data and not self.is_complete:
            raise NoMoreData()
        return data


class BodyLimits(Protocol):
    """What the application says of bodies; see `learnstream.web.middleware`."""

    longest_body: int

    def longest_body_of(self, method: str, path: str) -> int: ...


class Incoming(RequestParser):
    """The parser of one connection: fed in the main thread, iterated in the thread that handles the request."""

    def __init__(self, cfg: Any, client: Any, *, limits: BodyLimits) -> None:
        super().__init__(cfg, iter(()), client)
        self.limits = limits
        self.data = bytearray()
        self._body: Received | None = None
        self.expect_next()

    def expect_next(self) -> None:
        """Discard the last request; data received after it is the beginning of the next one."""
        self.close()
        self.mesg: Any = None
        self._body = None
        self._wanted: Chunks | int = 0
        self._longest = self.limits.longest_body
        self._scanned = 0
        self._awaits_continue = False
        self._began: float | None = time.monotonic() if self.data else None

    def close(self) -> None:
        if self._body:
            # Closing writes what is buffered, and fails if the disk is full.
            with suppress(OSError):
                self._body.file.close()

    @property
    def has_begun(self) -> bool:
        return self._began is not None

    @property
    def deadline(self) -> float | None:
        """The monotonic time by which the client must have sent the head or body; None before a request's first byte."""
        if self._began is None:
            return None
        if self._body is None:
            return self._began + HEAD_SECONDS
        return self._began + BODY_SECONDS + self._body.size / BYTES_A_SECOND

    def feed(self, data: bytes) -> None:
        if self._began is None:
            self._began = time.monotonic()
        self.data += data

    def advance(self) -> bool:
        """Parse the buffered data; return True when a thread can handle the request without waiting for the client.

        Raises:
            ParseException: the data is malformed HTTP.
            OSError: there is no disk space for the body.
        """
        if self.mesg is None and not self._parse_head():
            return False
        return self._body is None or self._receive_body(self._body)

    def take_continue(self) -> bool:
        """Return, once, whether the client waits for `100 Continue` before it sends its body."""
        awaits, self._awaits_continue = self._awaits_continue, False
        return awaits

    def _parse_head(self) -> bool:
        end = HEAD_END.search(self.data, self._scanned)
        if end is None:
            self._scanned = max(0, len(self.data) - 3)
            self._require_short(len(self.data))
            return False
        self._require_short(end.end())
        head = bytes(self.data[: end.end()])
        del self.data[: end.end()]
        self._parse(head)
        return True

    def _parse(self, head: bytes) -> None:
        self.unreader.unread(head)
        self.req_count += 1
        try:
            request = self.mesg_class(self.cfg, self.unreader, self.source_addr, self.req_count)
        except (NoMoreData, StopIteration):
            raise InvalidRequestLine("incomplete") from None
        if self.unreader.take_buffered():
            raise InvalidRequestLine("more than one head")
        self._expect_body(request)
        self.mesg = request

    def _require_short(self, size: int) -> None:
        if size > LONGEST_HEAD:
            raise LimitRequestHeaders("head")

    def _expect_body(self, request: Any) -> None:
        reader = request.body.reader
        if isinstance(reader, LengthReader):
            self._wanted = reader.length
            if not self._wanted:
                return
        elif isinstance(reader, ChunkedReader):
            self._wanted = Chunks(request)
        else:
            raise InvalidRequestLine("a body without an end")
        # Nearly all bodies are short, and the search for the route takes 15 µs.
        if isinstance(self._wanted, Chunks) or self._wanted > self._longest:
            self._longest = self.limits.longest_body_of(request.method, unquote_to_wsgi_str(request.path))
        # Gunicorn would send 100 Continue itself, even for a body that is not going to be read.
        self._awaits_continue, request._expected_100_continue = request._expected_100_continue, False
        self._body = Received()
        self._began = time.monotonic()
        request.body = Body(self._body)

    def _receive_body(self, body: Received) -> bool:
        """Receive up to the longest body that the application accepts; it rejects a longer one itself."""
        if isinstance(self._wanted, Chunks):
            body.is_complete = self._wanted.decode(self.data, body)
        elif self._wanted <= self._longest:
            missing = self._wanted - body.size
            body.write(self.data[:missing])
            del self.data[:missing]
            body.is_complete = body.size == self._wanted
        is_enough = body.is_complete or max(body.size, self._announced) > self._longest
        if is_enough:
            body.file.seek(0)
        return is_enough

    @property
    def has_long_body(self) -> bool:
        """True if the body is longer than most routes accept; it has been received."""
        return self._body is not None and self._body.size > self.limits.longest_body

    @property
    def expected(self) -> int:
        """How many bytes the body may have, if it may be longer than most routes accept; else 0."""
        return (self._announced or self._longest) if self._longest > self.limits.longest_body else 0

    @property
    def missing(self) -> int:
        """How many bytes of an announced body have not arrived."""
        return self._wanted - self._body.size if self._body and isinstance(self._wanted, int) else 0

    @property
    def _announced(self) -> int:
        return 0 if isinstance(self._wanted, Chunks) else self._wanted

    def finish_body(self, deadline: float | None = None, max_bytes: int | None = None) -> bool:
        """True if the body was received completely. Gunicorn's own method reads the rest from the client."""
        return self._body is None or self._body.is_complete

    def __next__(self) -> Any:
        return self.mesg
