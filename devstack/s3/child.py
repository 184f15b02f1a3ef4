"""The S3 server as a child process that ends with its parent."""

import os
import secrets
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from devstack.processes.child import Child
from devstack.s3.settings import BUCKET, SECRET_VARIABLE, bucket, environment
from learnstream.integrations.s3.bucket import Bucket


class S3Server(Child):
    """`url` is its address from `start` to `stop` or as a context manager; `data` keeps the objects, as files."""

    name = "The S3 server"
    module = "devstack.s3"
    url: str

    def __init__(self, data: Path) -> None:
        super().__init__()
        self.data = data
        self.secret = secrets.token_urlsafe(24)

    def options(self) -> list[str]:
        return ["--data-dir", str(self.data)]

    def variables(self) -> dict[str, str]:
        return {SECRET_VARIABLE: self.secret}

    def connect(self, ready: dict[str, Any]) -> None:
        self.url = ready["url"]

    @property
    def bucket(self) -> Bucket:
        """The bucket, with its key."""
        return bucket(self.url, self.secret)

    def clear(self) -> None:
        """Delete all objects."""
        for path in (self.data / BUCKET).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def age(self, by: timedelta) -> None:
        """Let all objects be older than they are."""
        for path in filter(Path.is_file, (self.data / BUCKET).rglob("*")):
            written = path.stat().st_mtime - by.total_seconds()
            os.utime(path, (written, written))

    def environment(self) -> dict[str, str]:
        """Return the variables with which an application keeps its files here."""
        return environment(self.url, self.secret)
