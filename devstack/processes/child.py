"""A module of `devstack` as a child process that ends with its parent, for test runs."""

import json
import os
import subprocess
import sys
from typing import Any, ClassVar

from devstack.bootstrap import ROOT
from devstack.errors import DevstackError
from devstack.startable import Startable


class Child(Startable):
    """Runs from `start` to `stop` or as a context manager, on free ports.

    The module prints one line of JSON once it answers, and stops at the end of its standard input.
    """

    name: ClassVar[str]
    module: ClassVar[str]

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it; return when it answers.

        Raises:
            DevstackError: it ended instead.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module, "--until-end-of-input", *self.options()],
            cwd=ROOT,
            env=os.environ | self.variables(),
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
            raise DevstackError(f"{self.name} did not start.")
        self.connect(json.loads(ready))

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

    def options(self) -> list[str]:
        """Return further command-line arguments."""
        return []

    def variables(self) -> dict[str, str]:
        """Return further environment variables."""
        return {}

    def connect(self, ready: dict[str, Any]) -> None:
        """Take over the addresses from the line that the process printed."""
        raise NotImplementedError
