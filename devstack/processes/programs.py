"""The application's own processes: started, watched, and stopped in reverse order."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devstack.errors import DevstackError
from devstack.processes import logs, ownership

BIN = Path(sys.executable).parent
# Gunicorn and Celery give running work 20 s to finish.
STOP_TIMEOUT = 25


@dataclass(frozen=True)
class Program:
    """A running child and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Programs:
    """The children of one devstack; each carries its mark."""

    def __init__(self, root: Path, directory: Path) -> None:
        self.root = root
        self.directory = directory
        self.running: list[Program] = []

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        log = self.directory / "logs" / f"{name}.log"
        with logs.open_new(log) as output:
            process = subprocess.Popen(
                [BIN / command[0], *command[1:]],
                cwd=self.root,
                env=environment | ownership.mark(self.directory),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # In its own session: Ctrl-C in the terminal reaches devstack alone, which stops them in order.
                start_new_session=True,
            )
        self.running.append(Program(name, process, log))

    def run(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run a program to its end.

        Raises:
            DevstackError: it failed.
        """
        self.start(name, command, environment)
        program = self.running[-1]
        if program.process.wait():
            raise DevstackError(f"{name} failed. {logs.tail(program.log)}")
        self.running.remove(program)

    def wait_until(self, condition: Callable[[], bool], failure: str, *, timeout: float = 60) -> None:
        """Wait for a condition, as long as all children are running."""
        deadline = time.monotonic() + timeout
        while not condition():
            self.check()
            if time.monotonic() > deadline:
                raise DevstackError(f"{failure} within {timeout:.0f} s. {logs.tail(self.running[-1].log)}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raise a DevstackError if a child has ended."""
        for program in self.running:
            if program.process.poll() is not None:
                raise DevstackError(
                    f"{program.name} ended with {_describe_exit(program.process.returncode)}. {logs.tail(program.log)}"
                )

    def stop(self) -> None:
        """Stop all programs, the last one started first."""
        while self.running:
            program = self.running.pop()
            ownership.send([program.process.pid] if program.process.poll() is None else [], signal.SIGTERM)
            try:
                program.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                program.process.kill()
                program.process.wait()


def procfile_command(root: Path, name: str) -> tuple[dict[str, str], list[str]]:
    """Return environment and command of a process type, so that the local stack runs what a dyno runs."""
    lines = (root / "Procfile").read_text().splitlines()
    words = shlex.split(next(line.partition(":")[2] for line in lines if line.startswith(f"{name}:")))
    count = next(index for index, word in enumerate(words) if "=" not in word)
    return dict(word.split("=", 1) for word in words[:count]), words[count:]


def with_venv_path(environment: dict[str, str]) -> dict[str, str]:
    """Put the virtual environment's programs on the PATH."""
    return environment | {"PATH": f"{BIN}{os.pathsep}{environment.get('PATH', os.defpath)}"}


def _describe_exit(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
