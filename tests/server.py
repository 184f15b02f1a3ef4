"""The application as a process of its own, under gunicorn and its configuration, for tests that need the real thing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from devstack.processes import ownership, ports
from devstack.startable import Startable

ROOT = Path(__file__).parents[1]
START_TIMEOUT = 120.0  # on a machine that is busy with other tests; a process that ends is noticed at once


class Server(Startable):
    """Serves at `url` from `start` to `stop` or as a context manager."""

    def __init__(
        self, environment: dict[str, str], log: Path, *, port: int | None = None, app: str = "wsgi:app"
    ) -> None:
        self.app = app
        self.port = port or ports.free()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.environment = {"PATH": os.environ["PATH"], "WEB_CONCURRENCY": "1", **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that keeps the workers."""
        assert self._process is not None
        return self._process.pid

    def workers(self) -> set[int]:
        return ownership.descendants({self.pid})

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", self.app]
        self.log.unlink(missing_ok=True)
        # Appending, so that the log can be emptied while it is written.
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """Kill it with all its workers, without a chance to finish anything."""
        assert self._process is not None
        for pid in (self.pid, *self.workers()):
            os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def wait_until_it_answers(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=2).ok
        except requests.RequestException:
            # Refused, or accepted by the master while no worker is up yet: that one can take longer than the timeout.
            return False
