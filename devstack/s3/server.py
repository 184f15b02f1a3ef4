"""localbucket with checks of signatures."""

import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path

from localbucket import S3Error, S3Handler

from devstack.s3 import signatures
from devstack.web import HOST
from learnstream.integrations.s3.bucket import Bucket

# Bodies in chunks, each with its signature: shorter once decoded.
STREAMED = "STREAMING-"
SHA256 = re.compile(r"[0-9a-f]{64}")


class Handler(S3Handler):
    """Serves one bucket to clients that sign with its key."""

    server: "BucketServer"
    # Headers and body are sent apart: clients would wait 40 ms for each object.
    disable_nagle_algorithm = True

    @property
    def data_root(self) -> Path:
        return self.server.data

    def _dispatch(self, action: Callable[[str, str], None]) -> None:
        super()._dispatch(lambda bucket, key: self._check_and_run(action, bucket, key))

    def _check_and_run(self, action: Callable[[str, str], None], bucket: str, key: str) -> None:
        try:
            signatures.check(self.server.bucket, self.command, self.path, self.headers)
        except S3Error:
            # Read to its end: closing earlier resets the connection, and the client may not see the answer.
            super()._read_body()
            raise
        action(bucket, key)

    def _read_body(self) -> bytes:
        body: bytes = super()._read_body()
        claimed = self.headers.get("x-amz-content-sha256", "")
        if not claimed.startswith(STREAMED) and len(body) < int(self.headers.get("Content-Length") or 0):
            raise S3Error(
                HTTPStatus.BAD_REQUEST, "IncompleteBody", "The request body is shorter than its Content-Length."
            )
        if SHA256.fullmatch(claimed) and hashlib.sha256(body).hexdigest() != claimed:
            message = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise S3Error(HTTPStatus.BAD_REQUEST, "XAmzContentSHA256Mismatch", message)
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing: the URLs are signed."""


class BucketServer(ThreadingHTTPServer):
    """A server of one bucket, on a free port if `port` is 0. `data` is the directory that has the bucket's."""

    def __init__(
        self, data: Path, bucket_at: Callable[[str], Bucket], *, port: int = 0, handler: type[Handler] = Handler
    ) -> None:
        super().__init__((HOST, port), handler)
        self.data = data.resolve()
        self.bucket = bucket_at(f"http://{HOST}:{self.server_port}")
        (self.data / self.bucket.name).mkdir(parents=True, exist_ok=True)
