"""LearnStream on this machine: stores, emulators and mail catcher, release, worker, web server, in this order."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from config import load
from devstack.demo.seed import Seed
from devstack.errors import DevstackError, InUseError
from devstack.local import state
from devstack.local.mail import LocalMail
from devstack.local.s3 import LocalS3
from devstack.local.secrets_file import SecretsFile
from devstack.local.vendors import MUX, STRIPE, LocalVendor
from devstack.processes import ports
from devstack.processes.programs import Programs, procfile_command, with_venv_path
from devstack.services.stack import Stack
from devstack.terminal.console import say, step

DEFAULT_PORT = 8000
ADMIN = "admin@learnstream.example"


class LocalSystem:
    """A running LearnStream. `environ` may replace a store, an emulator by MUX_TOKEN_ID or STRIPE_SECRET_KEY, the mail catcher by MAIL_URL.

    s3: keep files in a local S3 server instead of MongoDB.
    """

    def __init__(
        self, root: Path, *, port: int | None = None, environ: Mapping[str, str] = os.environ, s3: bool = False
    ) -> None:
        self.root = root
        self.directory = root / ".devstack"
        self.environ = dict(environ)
        self.stack = Stack(root, environ=environ)
        self.programs = Programs(root, self.directory)
        self.secrets = SecretsFile(self.directory)
        self.mail = LocalMail(self.directory, self.environ)
        self.mux, self.stripe = (LocalVendor(vendor, self.directory, self.environ) for vendor in (MUX, STRIPE))
        self.s3 = LocalS3(self.directory, self.secrets, self.environ, wanted=s3)
        self.port = port or 0
        self.watch_port = 0
        self.accounts: list[state.Account] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def watch_url(self) -> str:
        """Return the URL of the page to watch lessons on."""
        return f"http://127.0.0.1:{self.watch_port}"

    def page_url(self, name: str) -> str:
        """Return the URL of another one of the example school's pages, see `devstack.school.app.PAGES`."""
        return f"{self.watch_url}/{name}"

    def start(self) -> None:
        """Start everything; return when the server answers.

        Raises:
            InUseError: it is already running.
            DevstackError: a part did not start; the text has the end of its log.
        """
        self._start_stores()
        self._pick_port()
        with step("migrating the databases, starting the emulators and the mail catcher"):
            for vendor in (self.mux, self.stripe):
                vendor.start(self.programs, with_venv_path(self.environ), application=self.url)
            for server in (self.mail, self.s3):
                server.start(self.programs, with_venv_path(self.environ))
            self.programs.run("release", *self._from_procfile("release"))
            for part in (self.mux, self.stripe, self.mail, self.s3):
                part.wait_until_ready(self.programs)
        with step("starting the web server and the worker"):
            self._start_application()
        self._seed()
        self._write_state()

    def watch(self) -> None:
        """Wait until a part exits by itself; raise a DevstackError that names it."""
        while True:
            self.programs.check()
            self.stack.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything that runs: clients before the servers they use."""
        try:
            self.programs.stop()
        finally:
            state.remove(self.directory)
            self.stack.stop()

    @property
    def is_ours(self) -> bool:
        """True if this process has anything to stop: not if another devstack runs."""
        return self.stack.is_held

    def environment(self) -> dict[str, str]:
        """Return the environment of the application's processes."""
        settings = {
            "LEARNSTREAM_ENV": "development",
            "SECRET_KEY": self.secrets.secret("SECRET_KEY"),
            "JWT_SECRET_KEYS": self.secrets.secret("JWT_SECRET_KEYS"),
            "ADMIN_EMAIL": ADMIN,
            "ADMIN_PASSWORD": self.secrets.secret("admin password", size=12),
            "PORT": str(self.port),
            "PUBLIC_URL": self.environ.get("PUBLIC_URL") or self.url,
            "LINK_ORDER": self.environ.get("LINK_ORDER") or f"{self.page_url('orders')}#{{order_id}}",
            "CORS_ORIGINS": ",".join(filter(None, [self.environ.get("CORS_ORIGINS"), self.watch_url])),
            "PYTHONUNBUFFERED": "1",
        }
        for part in (self.stack, self.mux, self.stripe, self.mail, self.s3):
            settings |= part.environment()
        return with_venv_path(self.environ | settings)

    def _start_stores(self) -> None:
        with step("starting PostgreSQL, MongoDB and Redis"):
            try:
                self.stack.start()
            except InUseError:
                url = state.running_url(self.directory)
                if url is None:
                    raise
                raise InUseError(f"LearnStream already runs here, at {url}. Stop it first.") from None
        state.remove(self.directory)

    def _pick_port(self) -> None:
        if self.port and not ports.is_free(self.port):
            raise DevstackError(f"Port {self.port} is taken. Choose another with --port, or leave the choice to me.")
        port_file = self.directory / "port"
        if not self.port:
            self.port = ports.pick(port_file, preferred=DEFAULT_PORT)
            if self.port != DEFAULT_PORT and not ports.is_free(DEFAULT_PORT):
                say(f"  port {DEFAULT_PORT} is taken: using {self.port}")
        port_file.write_text(str(self.port))
        self.watch_port = ports.pick_and_store(self.directory / "watch.port")

    def _start_application(self) -> None:
        self.programs.start("worker", *self._from_procfile("worker"))
        command, environment = self._from_procfile("web")
        self.programs.start("web", [*command, "--bind", f"127.0.0.1:{self.port}"], environment)
        self.programs.wait_until(lambda: ports.responds(self.port, "/ready"), "The web server did not answer")
        self._start_school()

    def _start_school(self) -> None:
        bucket = load(self.environment()).FILES_S3
        options = [
            "--port",
            str(self.watch_port),
            "--api",
            self.url,
            "--storage",
            bucket.base_url if bucket else self.url,
        ]
        self.programs.start("school", ["python", "-m", "devstack.school", *options], with_venv_path(self.environ))
        self.programs.wait_until(lambda: ports.responds(self.watch_port, "/"), "The example school did not answer")

    def _seed(self) -> None:
        admin: state.Account = {"role": "admin", "email": ADMIN, "password": self.environment()["ADMIN_PASSWORD"]}
        seed = Seed(self.url, self.directory, self.secrets, upload_videos=self.mux.is_emulated)
        self.accounts = seed.run(admin)

    def _from_procfile(self, name: str) -> tuple[list[str], dict[str, str]]:
        settings, command = procfile_command(self.root, name)
        return command, self.environment() | settings

    def _write_state(self) -> None:
        content: state.State = {
            "url": self.url,
            "watch": self.watch_url,
            "quiz": self.page_url("quiz"),
            "homework": self.page_url("homework"),
            "grades": self.page_url("grades"),
            "catalogue": self.page_url("catalogue"),
            "course": self.page_url("course"),
            "orders": self.page_url("orders"),
            "book": self.page_url("book"),
            "search": self.page_url("search"),
            "notifications": self.page_url("notifications"),
            "upload": self.page_url("upload"),
            "accounts": self.accounts,
            "services": state.stores(self.stack),
            "mux": self.mux.state(),
            "stripe": self.stripe.state(),
            "mail": self.mail.state(),
            "files": self.s3.state(),
        }
        state.write(self.directory, content)
