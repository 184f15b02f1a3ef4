"""A client of LearnStream's API, for the demo data and scripts."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Self

import requests

from devstack.errors import DevstackError

PROCESSING_SECONDS = 60
TIMEOUT = 30  # seconds to wait for a response
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Client:
    """An API client, signed in if it has a token."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.http = requests.Session()
        # Ignore the environment's proxies: the server is on this machine.
        self.http.trust_env = False
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def signed_in(cls, url: str, email: str, password: str) -> Self:
        client = cls(url)
        token = client.call("POST", "/auth/login", email=email, password=password)["access_token"]
        client.http.close()
        return cls(url, token)

    def call(self, method: str, path: str, *, ignore_code: str = "", **body: Any) -> Any:
        """Return the response's JSON; None on an error response with the code `ignore_code`.

        Raises:
            DevstackError: another error response.
        """
        response = self.http.request(method, self.url + path, json=body or None, timeout=TIMEOUT)
        content = response.json() if response.content else None
        if response.ok:
            return content
        if ignore_code and content and content.get("code") == ignore_code:
            return None
        raise DevstackError(f"{method} {path} answered {response.status_code}: {content}")

    def put_file(self, url: str, path: Path) -> None:
        """Send a file to an upload URL, without the API's token."""
        with path.open("rb") as file:
            self.put(url, file)

    def put(self, url: str, data: bytes | BinaryIO, headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Send data to an upload URL, without the API's token."""
        requests.put(url, data=data, headers=dict(headers), timeout=TIMEOUT).raise_for_status()


def wait_until(is_done: Callable[[], bool], *, failing: str) -> None:
    """Wait until a part of the local stack has done something; raise a DevstackError if it takes too long."""
    deadline = time.monotonic() + PROCESSING_SECONDS
    while not is_done():
        if time.monotonic() > deadline:
            raise DevstackError(failing)
        time.sleep(0.2)
