"""The local stack's S3 server, with `--s3`; FILES_S3_ENDPOINT in the environment names a real bucket instead."""

from collections.abc import Mapping
from pathlib import Path

from devstack.local.secrets_file import SecretsFile
from devstack.local.state import FileStorage
from devstack.processes import ports
from devstack.processes.programs import Programs
from devstack.s3 import settings


class LocalS3:
    """The address of the server, the same one again after a restart if possible. Its objects stay with the other data."""

    def __init__(self, directory: Path, secrets: SecretsFile, environ: Mapping[str, str], *, wanted: bool) -> None:
        self.directory = directory
        self.external_url = environ.get("FILES_S3_ENDPOINT", "")
        self.is_local = wanted and not self.external_url
        self._secrets = secrets
        self.port = 0

    def start(self, programs: Programs, environment: dict[str, str]) -> None:
        if self.is_local:
            self.port = ports.pick_and_store(self.directory / "s3.port")
            options = ["--port", str(self.port), "--data-dir", str(self.directory / "s3")]
            programs.start("s3", ["python", "-m", "devstack.s3", *options], environment | self.environment())

    def wait_until_ready(self, programs: Programs) -> None:
        if self.is_local:
            programs.wait_until(lambda: not ports.is_free(self.port), "The S3 server did not answer")

    def environment(self) -> dict[str, str]:
        """Return the application's settings."""
        return settings.environment(self.url, self._secrets.secret("S3 key")) if self.is_local else {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}" if self.is_local else self.external_url

    def state(self) -> FileStorage:
        return {"kind": "s3", "address": self.url} if self.url else {"kind": "gridfs", "address": None}
