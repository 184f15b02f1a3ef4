"""The base class of the three servers: home, free port, log, and recovery after a crash."""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from devstack.errors import DevstackError
from devstack.processes import logs, ownership, ports

START_TIMEOUT = 60.0


class Service:
    """One server as a child process. `durable=False` trades safety against power failures for speed."""

    name: ClassVar[str]
    executable: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.port: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the URL for the application: the value of DATABASE_URL, MONGODB_URI or REDIS_URL."""
        raise NotImplementedError

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home.parent / "logs" / f"{self.home.name}.log"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server and return when it answers; first clean up after a crash."""
        self.end_leftovers()
        make_directory(self.home)
        self.prepare()
        for is_last_attempt in (False, False, True):
            self.port = ports.pick(self.home / "port", preferred=self.port)
            self._spawn()
            if self._wait_until_ready(may_retry=not is_last_attempt):
                break
        (self.home / "port").write_text(str(self.port))
        self.finish()

    def stop(self) -> None:
        """Shut the server down in an orderly way."""
        self._end(self.stop_signal, timeout=15)

    def kill(self) -> None:
        """End the server and its children as a crash would."""
        self._end(signal.SIGKILL, timeout=0)

    def freeze(self) -> None:
        """Pause the server: it keeps its connections and answers nothing until `thaw`."""
        ownership.send(self.processes(), signal.SIGSTOP)

    def thaw(self) -> None:
        ownership.send(self.processes(), signal.SIGCONT)

    def processes(self) -> set[int]:
        return ownership.servers_under(self.data, [self.executable]) if self.data.exists() else set()

    def end_leftovers(self) -> None:
        """End a server that an earlier devstack left on this data; the caller holds the directory's lock."""
        ownership.end(self.processes, first=self.stop_signal, timeout=5)

    def erase(self) -> None:
        """Delete all data."""
        shutil.rmtree(self.home, ignore_errors=True)

    def prepare(self) -> None:
        """Create the data directory for the server's start."""
        make_directory(self.data, mode=0o700)

    def command(self) -> list[str]:
        raise NotImplementedError

    def spawn_options(self) -> dict[str, object]:
        """Return additional arguments for Popen."""
        return {}

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port or 0), timeout=1):
            return True
        return False

    def finish(self) -> None:
        """Complete the start once the server answers."""

    def _spawn(self) -> None:
        with logs.open_new(self.log) as log:
            # In its own session: Ctrl-C in the terminal must reach devstack alone, which then stops in order.
            settings = {
                "cwd": self.data,
                "stdin": subprocess.DEVNULL,
                "start_new_session": True,
                **self.spawn_options(),
            }
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=subprocess.STDOUT, **settings)  # type: ignore[call-overload]

    def _wait_until_ready(self, *, may_retry: bool) -> bool:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if not self.running:
                return self._handle_exit(may_retry=may_retry)
            if self.is_ready():
                return True
            time.sleep(0.02)
        self.kill()
        raise DevstackError(f"{self.name} did not answer within {START_TIMEOUT:.0f} s. {logs.tail(self.log)}")

    def _handle_exit(self, *, may_retry: bool) -> bool:
        tail = logs.tail(self.log)
        if not may_retry or not self.can_retry(tail):
            raise DevstackError(f"{self.name} did not start. {tail}")
        return False

    def can_retry(self, tail: str) -> bool:
        """True if another attempt may succeed: the port was taken between our choice and the server's bind."""
        self.port = None
        (self.home / "port").unlink(missing_ok=True)
        return "in use" in tail

    def _end(self, signal_number: signal.Signals, *, timeout: float) -> None:
        if self._process is None:
            return
        # Including children: a killed PostgreSQL's backends keep running for a moment.
        pids = self.processes() | ({self._process.pid} if self.running else set())
        ownership.send(
            pids if signal_number == signal.SIGKILL else [self._process.pid] if self.running else [], signal_number
        )
        ownership.send(pids, signal.SIGCONT)
        try:
            self._process.wait(timeout or 10)
        except subprocess.TimeoutExpired:
            ownership.send(pids, signal.SIGKILL)
            self._process.wait()
        ownership.wait_until_gone(self.processes, 5)
        self._process = None


def make_directory(path: Path, *, mode: int = 0o711) -> None:
    """Create a directory with exactly this mode, whatever the umask; 0711 lets `nobody` traverse it but not list it."""
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)


def installed(package: str) -> Path:
    """Return the directory of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise DevstackError(f"The Python package {package!r} is missing. Install requirements-dev.txt.")
    return Path(spec.origin).parent


def libraries(package: Path) -> Path:
    """Return the directory of the wheel's bundled libraries, which its programs expect beside the package."""
    return package.with_name(f"{package.name}.libs")
