"""Uploads and downloads of files, one at a time, as clients send them."""

import http.client
import json
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

from bson import ObjectId

from bench.load import JSON
from bench.testbed import Testbed
from devstack.bootstrap import ROOT
from devstack.errors import DevstackError
from learnstream.documents.file import File, FileState

SIZE = 50_000_000  # bytes
READ = 1024 * 1024
TIMEOUT = 120  # seconds
PDF = "application/pdf"


class Transfers:
    """The transfers of one instructor."""

    def __init__(self, testbed: Testbed) -> None:
        self.testbed = testbed
        self.content = os.urandom(SIZE)
        self.headers = {"Authorization": f"Bearer {testbed.dataset.instructor_token}"}

    def bare(self) -> dict[str, float]:
        """Return how many seconds the bare script takes for each direction."""
        command = [sys.executable, "-m", "bench.bare_gridfs", self.testbed.environment["MONGODB_URI"], str(SIZE)]
        output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return dict(json.loads(output))

    def upload(self) -> tuple[str, float]:
        """Upload a new file; return its id, and how many seconds its bytes took."""
        new = {"purpose": "document", "name": "Moon.pdf", "size": SIZE, "type": PDF}
        created = json.loads(self._send("POST", "/files", json.dumps(new).encode(), JSON, expected=201))
        path = urlsplit(created["upload"]["url"]).path
        started = time.perf_counter()
        self._send("PUT", path, self.content, created["upload"]["headers"], expected=204)
        return created["id"], time.perf_counter() - started

    def release(self, file_id: str) -> None:
        """Let a file be downloaded, as if it had been checked."""
        stored = {"state": FileState.READY, "object": f"staging/{file_id}", "etag": file_id}
        File.collection().update_one({"_id": ObjectId(file_id)}, {"$set": stored})

    def download(self, file_id: str) -> float:
        """Return how many seconds a download takes."""
        started = time.perf_counter()
        self._send("GET", f"/files/{file_id}/content", b"", {}, expected=200, length=SIZE)
        return time.perf_counter() - started

    def remove(self, file_id: str) -> None:
        self._send("DELETE", f"/files/{file_id}", b"", {}, expected=204)

    def _send(
        self, method: str, path: str, body: bytes, headers: dict[str, str], *, expected: int, length: int | None = None
    ) -> bytes:
        """Send a request, and return the response's body; only its length is checked if that is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.testbed.application.port, timeout=TIMEOUT)
        connection.request(method, path, body, self.headers | headers)
        response = connection.getresponse()
        received = b""
        size = 0
        while data := response.read(READ):
            size += len(data)
            received = b"" if length else received + data
        connection.close()
        if response.status != expected or (length and size != length):
            raise DevstackError(f"{method} {path.split('/')[1]}: {response.status}, {size} bytes, {received[:200]!r}")
        return received
