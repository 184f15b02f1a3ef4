"""A client's next request, parsed by gunicorn's own parser from what has come, without waiting for the client.

The parser is given a head when its last line has come, and never more than the head: so whoever decides anything about a
request decides from what the application will see, and both agree where it ends.
"""

import re
import time
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders, NoMoreData
from gunicorn.http.parser import RequestParser

from server.chunks import Chunks

# Bytes kept in memory of each connection: of a head at most, of a body before the rest goes to a temporary file.
LONGEST_HEAD = 32 * 1024
IN_MEMORY = 32 * 1024
# Seconds from its first byte in which a head must be whole, and from its head on in which a body must be.
HEAD_SECONDS = 10.0
BODY_SECONDS, BYTES_A_SECOND = 15.0, 32_000

# The end of a head, or a line that does not end as it should: then there is no end to wait for.
HEAD_END = re.compile(rb"\r\n\r\n|(?<!\r)\n")


class Received:
    """What has come of a body, for gunicorn's `Body` to read."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the request
        self.size = 0
        self.is_whole = False

    def write(self, data: bytes | bytearray) -> None:
        self.file.write(data)
        self.size += len(data)

    def read(self, size: int) -> bytes:
        """Read what comes next.

        Raises:
            NoMoreData: the client has sent more than was received; a part must not be taken for the whole.
        """
        data = self.file.read(size)
        if size and not data and not self.is_whole:
            raise NoMoreData()
        return data


class Incoming(RequestParser):
    """The parser of one connection: fed in the thread that accepts, asked for the request in the one that answers."""

    def __init__(self, cfg: Any, client: Any, *, longest_body: int) -> None:
        super().__init__(cfg, iter(()), client)
        self.longest_body = longest_body
        self.data = bytearray()
        self._body: Received | None = None
        self.expect_next()

    def expect_next(self) -> None:
        """Forget the last request; what came after it is the beginning of the next."""
        self.close()
        self.mesg: Any = None
        self._body = None
        self._wanted: Chunks | int = 0
        self._scanned = 0
        self._waits = False
        self._began: float | None = time.monotonic() if self.data else None

    def close(self) -> None:
        if self._body:
            self._body.file.close()

    @property
    def has_begun(self) -> bool:
        return self._began is not None

    @property
    def deadline(self) -> float | None:
        """Return when the client's time is up, on the monotonic clock; None before a request's first byte."""
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
        """Use what has come; return True when a thread has nothing to wait for.

        Raises:
            ParseException: it is not HTTP as gunicorn understands it.
            OSError: there is no room for the body.
        """
        if self.mesg is None and not self._parse_head():
            return False
        return self._body is None or self._receive_body(self._body)

    def is_asked_for(self) -> bool:
        """Say, once, whether the client waits to be told to send its body."""
        waits, self._waits = self._waits, False
        return waits

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
        # Gunicorn's own would ask for what nobody is going to read.
        self._waits, request._expected_100_continue = request._expected_100_continue, False
        self._body = Received()
        self._began = time.monotonic()
        request.body = Body(self._body)

    def _receive_body(self, body: Received) -> bool:
        """Receive up to the longest body that the application takes: it refuses a longer one itself."""
        if isinstance(self._wanted, Chunks):
            body.is_whole = self._wanted.decode(self.data, body)
        elif self._wanted <= self.longest_body:
            missing = self._wanted - body.size
            body.write(self.data[:missing])
            del self.data[:missing]
            body.is_whole = body.size == self._wanted
        is_enough = body.is_whole or max(body.size, self._announced) > self.longest_body
        if is_enough:
            body.file.seek(0)
        return is_enough

    @property
    def _announced(self) -> int:
        return 0 if isinstance(self._wanted, Chunks) else self._wanted

    def finish_body(self, deadline: float | None = None, max_bytes: int | None = None) -> bool:
        """Say whether the next request's beginning is known. Gunicorn's own reads from the client to find it."""
        return self._body is None or self._body.is_whole

    def __next__(self) -> Any:
        return self.mesg
