"""LearnStream's API, as the demo data and scripts use it."""

from pathlib import Path
from typing import Any, Self

import requests

from devstack.errors import DevstackError

PATIENCE = 30  # seconds for one answer


class Client:
    """Somebody signed in."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.http = requests.Session()
        # Not through a proxy of the environment: the server is on this machine.
        self.http.trust_env = False
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def signed_in(cls, url: str, email: str, password: str) -> Self:
        guest = cls(url)
        token = guest.call("POST", "/auth/login", email=email, password=password)["access_token"]
        guest.http.close()
        return cls(url, token)

    def call(self, method: str, path: str, *, unless: str = "", **body: Any) -> Any:
        """Return the answer's JSON; None where the API refuses with the code `unless`.

        Raises:
            DevstackError: it refuses for another reason.
        """
        answer = self.http.request(method, self.url + path, json=body or None, timeout=PATIENCE)
        content = answer.json() if answer.content else None
        if answer.ok:
            return content
        if unless and content and content.get("code") == unless:
            return None
        raise DevstackError(f"{method} {path} answered {answer.status_code}: {content}")

    def put_file(self, url: str, path: Path) -> None:
        """Send a file to an upload address, which takes no token of ours."""
        with path.open("rb") as file:
            requests.put(url, data=file, timeout=PATIENCE).raise_for_status()
