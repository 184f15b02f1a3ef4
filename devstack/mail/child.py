"""The mail catcher as a child process that ends with its parent."""

import json
import subprocess
import sys

from devstack.bootstrap import ROOT
from devstack.errors import DevstackError
from devstack.startable import Startable

SENDER = "LearnStream <school@learnstream.example>"


class MailCatcher(Startable):
    """`url` is its SMTP server, `inbox` its page, from `start` to `stop` or as a context manager."""

    url: str
    inbox: str

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it on free ports; return when it answers.

        Raises:
            DevstackError: it ended instead.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", "devstack.mail", "--until-end-of-input"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # In its own session: Ctrl-C in the terminal must not end it before the tests that use it.
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - told to the type checker
        ready = self._process.stdout.readline()
        if not ready:
            self.stop()
            raise DevstackError("The mail catcher did not start.")
        self.url, self.inbox = (json.loads(ready)[name] for name in ("url", "inbox"))

    def stop(self) -> None:
        if self._process is None:
            return
        with self._process as process:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._process = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def environment(self) -> dict[str, str]:
        """Return the variables with which an application sends its mails here."""
        return {"MAIL_URL": self.url, "MAIL_FROM": SENDER}
