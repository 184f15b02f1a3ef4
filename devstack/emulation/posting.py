"""One attempt to deliver an event."""

import time
import uuid

import urllib3

from devstack.emulation.store import Record


class Poster:
    """Posts webhook bodies; `timeout` is the time limit for a response, in seconds."""

    def __init__(self, *, timeout: float, user_agent: str) -> None:
        self._timeout = timeout
        self._user_agent = user_agent
        self._pool = urllib3.PoolManager()

    def close(self) -> None:
        self._pool.clear()

    def post(self, url: str, body: bytes, signature: dict[str, str]) -> Record:
        """Return the attempt: when, where to, and the response; its status is 0 without one.

        signature: the header that signs the body.
        """
        attempt: Record = {"id": str(uuid.uuid4()), "address": url, "_at": time.time()}
        headers = {"Content-Type": "application/json", "User-Agent": self._user_agent, **signature}
        try:
            response = self._pool.request(
                "POST", url, body=body, headers=headers, timeout=self._timeout, retries=False, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            return attempt | {"response_status_code": 0, "response_body": str(error), "response_headers": {}}
        response_body = response.data[:1000].decode(errors="replace")
        response_fields = {"response_headers": dict(response.headers), "response_body": response_body}
        return attempt | {"response_status_code": response.status, **response_fields}
