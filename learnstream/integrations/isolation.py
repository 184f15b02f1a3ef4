"""Programs for hostile files: each runs in a process of its own, within limits, without the application and its secrets.

What the process runs out of, or dies of, costs one file. Input and output are files rather than pipes, so that neither
side waits for the other, and that the result is known to be whole before any of it is used.
"""

import errno
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

log = logging.getLogger(__name__)

# All that the interpreter may need to start: what decodes hostile bytes must not have the application's secrets.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
LAUNCHER = Path(__file__).with_name("isolated_launcher.py")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a program: `memory` and `output` in bytes, `cpu_seconds` of computing, `seconds` by the clock."""

    memory: int
    output: int
    cpu_seconds: int
    seconds: float


class Crashed(Exception):
    """The program was ended by a signal that the same input would cause again: `signal` tells which."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(number.name)
        self.signal = number


class Interrupted(Exception):
    """The program ended for a reason that need not be the input's; trying again may succeed."""


# The kernel's and an operator's SIGKILL say nothing of the input.
REPEATABLE = {
    signal.SIGABRT,
    signal.SIGSEGV,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGILL,
    signal.SIGXCPU,
}


def run(module: str, task: Mapping[str, Any], data: Iterable[bytes], target: IO[bytes], bounds: Bounds) -> None:
    """Run `main(task)` of a module, which reads the data from stdin. `target` is its stdout, and at its beginning afterwards.

    Raises:
        Crashed: a signal ended it, such as SIGABRT for want of memory and SIGXCPU for want of time.
        Interrupted: it was killed, took too long by the clock, or failed.
        OSError: the disk is full.
    """
    argument = json.dumps({"module": module, "bounds": asdict(bounds), "task": task})
    with TemporaryFile() as source:
        source.writelines(data)
        source.seek(0)
        ended = _run(argument, source, target, bounds.seconds)
    if -ended.returncode in REPEATABLE:
        crash = Crashed(signal.Signals(-ended.returncode))
        log.warning("%s was ended by %s", module, crash)
        raise crash
    if ended.returncode == os.EX_IOERR:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if ended.returncode:
        raise Interrupted(f"{module}: exit code {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}")
    target.seek(0)


def _run(argument: str, source: IO[bytes], target: IO[bytes], seconds: float) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(LAUNCHER), argument],
            stdin=source,
            stdout=target,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Interrupted(type(error).__name__) from error
