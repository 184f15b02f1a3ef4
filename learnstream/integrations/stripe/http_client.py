"""The HTTP client of Stripe's SDK, on urllib3.

The SDK's own clients follow redirects, which turns a POST into a GET that "succeeds", obey proxies of the environment,
and limit the time between two bytes but not of a response. This one does none of that, and needs no `requests`.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import urllib3
from stripe import APIConnectionError, HTTPClient
from urllib3.exceptions import HTTPError

from learnstream.integrations.payments import seconds_left

log = logging.getLogger(__name__)

# Seconds. A first attempt that gets no answer leaves five for the second one.
CONNECT, READ = 1.5, 5.0
# Bytes of a response. A page of a hundred checkouts with their charges has 1 MB.
LONGEST, CHUNK = 16 * 1024 * 1024, 64 * 1024
# A response header with a message to developers; the SDK would make it a Python warning.
NOTICE = "stripe-notice"


class Urllib3Client(HTTPClient):
    """An `HTTPClient` with one pool of connections, which all threads share."""

    name = "urllib3"

    def __init__(self) -> None:
        super().__init__()
        self._pool = urllib3.PoolManager(maxsize=16, retries=False)

    # Bytes, as the SDK's own clients return them despite their annotation.
    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[bytes, int, dict[str, str]]:
        """Send a request once; return the body, the status and the headers, with names in lower case."""
        if (left := seconds_left()) <= 0:
            _fail("the time is over", should_retry=False)
        timeout = urllib3.Timeout(total=left, connect=CONNECT, read=READ)
        try:
            response = self._pool.request(
                method,
                url,
                body=post_data,
                headers=headers,
                timeout=timeout,
                redirect=False,
                preload_content=False,
            )
            with response:
                body = b"".join(_chunks(response))
        except (HTTPError, OSError) as error:
            # Silence is worth a second attempt as well: the idempotency key makes it the same request.
            _fail(repr(error), should_retry=True)
        answered = {name.lower(): value for name, value in response.headers.items()}
        if notice := answered.pop(NOTICE, None):
            log.warning("Stripe says: %.500s", notice)
        return body, response.status, answered

    def close(self) -> None:
        self._pool.clear()


def _chunks(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Read a response, each part of it in the time that is left.

    The connection returns to the pool with the last byte, and is closed unless all of them have come.
    """
    size = 0
    while True:
        if (left := seconds_left()) <= 0:
            _fail("the response was not complete in time", should_retry=False)
        # None: the server closes this connection, so that it is ours no more.
        if sock := getattr(response.connection, "sock", None):
            sock.settimeout(min(left, READ))
        chunk = response.read1(CHUNK)
        if not chunk:
            return
        size += len(chunk)
        if size > LONGEST:
            _fail(f"the response has more than {LONGEST} bytes", should_retry=False)
        yield chunk


def _fail(reason: str, *, should_retry: bool) -> NoReturn:
    raise APIConnectionError(reason, should_retry=should_retry)
