import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent


class Dyno:
    """The Procfile's processes, run by honcho as a dyno manager would run them."""

    def __init__(self, environment, directory):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / "dyno.log"
        self.pidfile = directory / "gunicorn.pid"
        self.environment = environment | {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{self.port} --pid {self.pidfile}",
        }

    def run(self, *names):
        """Run one-off processes until they exit."""
        return subprocess.run(
            self._command(names), cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60
        )

    def start(self, *names):
        with self.log.open("w") as log:
            self.honcho = subprocess.Popen(
                self._command(names), cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def _command(self, names):
        return [PROGRAMS / "honcho", "start", "--no-colour", "-e", os.devnull, "-p", str(self.port), *names]

    def wait_until_ready(self, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                return requests.get(f"{self.url}/ready", timeout=2).status_code
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    @property
    def gunicorn(self):
        return int(self.pidfile.read_text())

    def stop(self):
        if self.honcho.poll() is None:
            os.killpg(self.honcho.pid, signal.SIGTERM)
        try:
            self.honcho.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(self.honcho.pid, signal.SIGKILL)
            self.honcho.wait(timeout=5)


@pytest.fixture
def dyno(app, settings, tmp_path):
    environment = settings | {
        "LEARNSTREAM_ENV": "production",
        "SECRET_KEY": "s" * 40,
        "PUBLIC_URL": "https://learn.example.com",
        "JWT_SECRET_KEYS": "j" * 40,
        "WEB_CONCURRENCY": "2",
        "LOG_LEVEL": "INFO",
    }
    running = Dyno(environment, tmp_path)
    yield running
    if hasattr(running, "honcho"):
        running.stop()
