"""One attempt to deliver an event."""

import time
import uuid

import urllib3

from devstack.mux.shapes import iso
from devstack.mux.store import Record

MAX_ATTEMPTS = 30


class Poster:
    """Posts webhook bodies; `timeout` is the time limit for a response, in seconds."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = timeout
        self._pool = urllib3.PoolManager()

    def close(self) -> None:
        self._pool.clear()

    def post(self, url: str, body: bytes, signature: str) -> Record:
        """Return the attempt as listed in an event's `attempts`; the status is 0 without a response."""
        at = time.time()
        attempt: Record = {"id": str(uuid.uuid4()), "webhook_id": 1, "address": url, "created_at": iso(at)}
        attempt |= {"max_attempts": MAX_ATTEMPTS, "_at": at}
        headers = {"Content-Type": "application/json", "User-Agent": "Mux Webhooks", "Mux-Signature": signature}
        try:
            response = self._pool.request(
                "POST", url, body=body, headers=headers, timeout=self._timeout, retries=False, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            return attempt | {"response_status_code": 0, "response_body": str(error), "response_headers": {}}
        response_body = response.data[:1000].decode(errors="replace")
        response_fields = {"response_headers": dict(response.headers), "response_body": response_body}
        return attempt | {"response_status_code": response.status, **response_fields}
