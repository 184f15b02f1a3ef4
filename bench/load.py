"""Load from wrk: prepared requests, sent over a number of connections for a number of seconds."""

import http.client
import json
import socket
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from devstack.errors import DevstackError

SCRIPT = Path(__file__).with_name("replay.lua")
THREADS = 2
RESULT_MARKER = "RESULT "
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Result:
    """Counts and times in milliseconds from wrk. `laps` is how often the list of requests was restarted."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    laps: int
    errors: Mapping[str, int]

    @property
    def rate(self) -> float:
        """Return requests per second."""
        return self.requests / self.seconds

    @property
    def fault(self) -> str | None:
        """Return why this result is void, if it is: errors are answered faster than the requested work."""
        errors = [f"{count} {kind} errors" for kind, count in self.errors.items() if count]
        return ", ".join(errors) or (None if self.requests else "no answer")


def request(method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    fields = {"Host": "localhost", **(headers or {}), **({"Content-Length": str(len(body))} if body else {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def send(url: str, request: bytes) -> tuple[http.client.HTTPResponse, bytes]:
    """Send one request and return the response."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=15) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection, method=request.split(b" ", 1)[0].decode())
        response.begin()
        return response, response.read()


def send_each(url: str, requests: Iterable[bytes], *, connections: int) -> Counter[int]:
    """Send every request once, each over its own connection, so many at a time; count the responses by status."""
    with ThreadPoolExecutor(connections) as senders:
        return Counter(response.status for response, _ in senders.map(partial(send, url), requests))


def write(requests: Iterable[bytes], file: Path) -> None:
    """Write requests to a file for `run`."""
    with file.open("wb") as output:
        for each in requests:
            output.write(f"{len(each)}\n".encode() + each)


def command(url: str, file: Path, *, connections: int, seconds: int) -> list[str]:
    threads = min(THREADS, connections)
    counts = [f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    return ["wrk", *counts, "-s", str(SCRIPT), url, "--", str(file), str(threads)]


def run(url: str, file: Path, *, connections: int, seconds: int) -> Result:
    """Send the file's requests repeatedly until the time is up.

    Raises:
        DevstackError: wrk itself failed.
    """
    completed = subprocess.run(
        command(url, file, connections=connections, seconds=seconds), capture_output=True, text=True, check=False
    )
    return read(completed.stdout, completed.stderr)


def read(output: str, stderr: str = "") -> Result:
    """Parse the line that the script wrote at the end of wrk's output.

    Raises:
        DevstackError: there is no such line.
    """
    line = next((line for line in output.splitlines() if line.startswith(RESULT_MARKER)), None)
    if line is None:
        raise DevstackError(f"wrk failed: {(stderr or output).strip()[-500:]}")
    fields = json.loads(line.removeprefix(RESULT_MARKER))
    return Result(
        requests=fields["requests"],
        seconds=fields["microseconds"] / 1e6,
        bytes=fields["bytes"],
        p50=fields["p50"] / 1000,
        p99=fields["p99"] / 1000,
        laps=fields["laps"],
        errors=fields["errors"],
    )
