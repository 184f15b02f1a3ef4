"""The local stack's mail catcher; MAIL_URL in the environment names a real mail server instead."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from devstack.local.state import MailServer
from devstack.mail.child import SENDER
from devstack.processes import ports
from devstack.processes.programs import Programs


class LocalMail:
    """Addresses of the catcher, the same ones again after a restart if possible."""

    def __init__(self, directory: Path, environ: Mapping[str, str]) -> None:
        self.directory = directory
        self.external_url = environ.get("MAIL_URL", "")
        self.port = 0
        self.inbox_port = 0

    @property
    def is_caught(self) -> bool:
        """True if mails go to the catcher."""
        return not self.external_url

    @property
    def inbox(self) -> str | None:
        """The URL of the catcher's page."""
        return f"http://127.0.0.1:{self.inbox_port}" if self.is_caught else None

    def start(self, programs: Programs, environment: dict[str, str]) -> None:
        if self.is_caught:
            self.port = ports.pick_and_store(self.directory / "mail.port")
            self.inbox_port = ports.pick_and_store(self.directory / "inbox.port")
            options = ["--smtp-port", str(self.port), "--port", str(self.inbox_port)]
            programs.start("mail", ["python", "-m", "devstack.mail", *options], environment)

    def wait_until_ready(self, programs: Programs) -> None:
        if self.is_caught:
            programs.wait_until(lambda: ports.responds(self.inbox_port, "/"), "The mail catcher did not answer")

    def environment(self) -> dict[str, str]:
        """Return the application's settings."""
        return {"MAIL_URL": f"smtp://127.0.0.1:{self.port}", "MAIL_FROM": SENDER} if self.is_caught else {}

    def state(self) -> MailServer:
        # Without the credentials that the URL may contain.
        external_address = urlsplit(self.external_url).netloc.rpartition("@")[2]
        return {"address": external_address or f"127.0.0.1:{self.port}", "inbox": self.inbox}
