"""LearnStream on its own stores, which may be frozen and killed without affecting other tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from devstack import stripe
from devstack.mux import Emulator
from tests.faults.proxy import Proxy
from tests.faults.seeder import ADMIN, Seeder
from tests.server import ROOT, Server

SETTINGS = {
    "LEARNSTREAM_ENV": "testing",
    "RATELIMIT_ENABLED": "false",
    "LOG_LEVEL": "WARNING",
    "ADMIN_EMAIL": ADMIN["email"],
    "ADMIN_PASSWORD": ADMIN["password"],
    "PATH": os.environ["PATH"],
}


CHECK_FILES = """
from wsgi import app
import learnstream.jobs
from learnstream.services.media import file_worker
with app.app_context():
    file_worker.process_due()
"""


@dataclass(frozen=True)
class System:
    """A released and running application, its video service, and its payment service behind a proxy."""

    environment: dict[str, str]
    server: Server
    mux: Emulator
    stripe: stripe.Emulator
    stripe_proxy: Proxy

    @property
    def seeder(self) -> Seeder:
        return Seeder(self.server.url, self.mux, self.stripe, self._check_files, self._index)

    def _check_files(self) -> None:
        """Check the files that were uploaded, as a worker would."""
        run([sys.executable, "-c", CHECK_FILES], self.environment)

    def _index(self) -> None:
        """Bring the search index up to date, as a worker would."""
        run([sys.executable, "-m", "flask", "--app", "wsgi", "rebuild-search"], self.environment)


@contextmanager
def running(stores: dict[str, str], directory: Path, **settings: str) -> Iterator[System]:
    """Release and serve on these stores, given as their environment variables."""
    with (
        Emulator(directory / "mux", fast=True) as mux,
        stripe.Emulator(directory / "stripe") as payments,
        Proxy(("127.0.0.1", urlsplit(payments.url).port or 0)) as proxy,
    ):
        vendors = {**mux.environment(), **payments.environment(), "STRIPE_API_URL": proxy.url(payments.url)}
        environment = {**SETTINGS, **stores, **vendors, **settings}
        release(environment)
        with Server(environment, directory / "web.log") as server:
            yield System(environment, server, mux, payments, proxy)


def release(environment: dict[str, str]) -> None:
    run([sys.executable, "-m", "flask", "--app", "wsgi", "release"], environment)


def run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
