"""Create the virtual environment that everything else runs in, from a bare Python. Standard library only."""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.errors import DevstackError
from devstack.terminal.console import step

ROOT = Path(__file__).resolve().parents[1]
LOCK_FILES = ("requirements.txt", "requirements-dev.txt")
DAMAGED = ".venv is damaged ({}). Delete it with `rm -r .venv`, then run this again."
MIN_GLIBC = (2, 34)  # required by mongod


def enter(arguments: list[str], *, module: str = "devstack") -> None:
    """Return inside `.venv`, with everything installed; from outside, re-execute this command in it."""
    check_machine(platform.system(), platform.machine(), _glibc())
    venv = Venv(ROOT)
    was_complete = venv.is_complete()
    if not was_complete:
        with _installation_lock(ROOT / ".devstack"):
            venv.create()
    if not was_complete or Path(sys.prefix) != venv.path:
        os.chdir(ROOT)
        try:
            os.execv(venv.python, [str(venv.python), "-m", module, *arguments])  # noqa: S606
        except OSError as error:
            raise DevstackError(DAMAGED.format(error)) from None


class Venv:
    """The tree's `.venv`. Its stamp is written last, so an interrupted installation never counts as complete."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / ".venv"
        self.python = self.path / "bin" / "python"
        self.stamp = self.path / "complete"

    def is_complete(self) -> bool:
        """True if it was created from these lock files, by this Python, at this path: a moved one does not work."""
        return self.python.exists() and self.stamp.exists() and self.stamp.read_text() == self.fingerprint()

    def fingerprint(self) -> str:
        parts = [sys.version, sys.base_prefix, str(self.path), *((self.root / name).read_text() for name in LOCK_FILES)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def create(self) -> None:
        """Create it, unless another process did so while this one waited for the lock."""
        if self.is_complete():
            return
        check_ensurepip(importlib.util.find_spec("ensurepip") is not None)
        with step("making .venv"):
            if self.path.exists():
                shutil.rmtree(self.path)
            # The base interpreter: the running one may be in the directory that was just deleted.
            self._run([sys._base_executable, "-m", "venv", str(self.path)])  # type: ignore[attr-defined]
        with step(f"installing {self._package_count()} packages"):
            lock = str(self.root / LOCK_FILES[-1])
            self._run([str(self.python), "-m", "pip", "install", "--disable-pip-version-check", "-r", lock])
        self.stamp.write_text(self.fingerprint())

    def _package_count(self) -> int:
        lines = (self.root / LOCK_FILES[-1]).read_text().splitlines()
        return sum("==" in line for line in lines)

    def _run(self, command: list[str]) -> None:
        log = self.root / ".devstack" / "install.log"
        with log.open("w") as output:
            completed = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False
            )
        if completed.returncode:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise DevstackError(f"`{' '.join(command[1:4])}` failed ({log}):\n{tail}")


def is_of_venv(error: ImportError | SyntaxError | FileNotFoundError) -> bool:
    """True if a file of `.venv` is missing or unreadable; false if the error is in the tree's own code."""
    if isinstance(error, ImportError):
        own = ROOT / (error.name or "").partition(".")[0]
        return not own.is_dir() and not own.with_suffix(".py").exists()
    return Path(error.filename or ROOT).is_relative_to(ROOT / ".venv")


def check_machine(system: str, machine: str, glibc: tuple[int, ...]) -> None:
    """Check that the servers' wheels run on this machine.

    Raises:
        DevstackError: they do not; the text says what to use instead.
    """
    if (system, machine) != ("Linux", "x86_64"):
        raise DevstackError(
            f"The local stack runs on x86-64 Linux, not on {system} {machine}: "
            "use such a machine, a virtual one, or WSL 2 on Windows."
        )
    if glibc < MIN_GLIBC:
        installed = ".".join(map(str, glibc)) if glibc else "none"
        raise DevstackError(
            f"MongoDB needs glibc {MIN_GLIBC[0]}.{MIN_GLIBC[1]} or newer and finds {installed}: use Debian 12, Ubuntu 22.04 or newer."
        )


def check_ensurepip(installed: bool) -> None:
    """Require ensurepip, which Debian splits off into a package."""
    if not installed:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise DevstackError(
            f"This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install {package}"
        )


def _glibc() -> tuple[int, ...]:
    """Return the glibc version; empty with another C library, as on Alpine."""
    try:
        words = (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
    except (ValueError, OSError):
        return ()
    return tuple(map(int, words[1].split("."))) if len(words) == 2 else ()


@contextmanager
def _installation_lock(directory: Path) -> Iterator[None]:
    directory.mkdir(mode=0o711, exist_ok=True)
    with (directory / "install.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
