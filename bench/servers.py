"""The application and the ceilings, each under gunicorn as in the Procfile, and the resources their workers use."""

import http.client
import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench import load
from devstack.processes import ports
from devstack.processes.programs import Programs, procfile_command, with_venv_path

APPLICATION = "wsgi:app"
CEILINGS = "bench.ceilings:create_app()"
MEGABYTE = 1024 * 1024
IDLE_INTERVAL = 0.5  # seconds
IDLE_SHARE = 0.05  # of a core, that all workers together use at most when idle


def production_environment(stores: Mapping[str, str]) -> dict[str, str]:
    """Return a dyno's configuration. Nothing listens at Mux's address: no measured request calls it."""
    return with_venv_path(
        {
            **os.environ,
            **stores,
            "LEARNSTREAM_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(40),
            # Removed files count until a worker has removed their bytes, and none runs here.
            "FILES_QUOTA": "1TB",
            "JWT_SECRET_KEYS": secrets.token_urlsafe(40),
            "MUX_TOKEN_ID": "bench",
            "MUX_TOKEN_SECRET": "bench",
            "MUX_API_URL": "http://127.0.0.1:9",
            "MUX_WEBHOOK_SECRETS": secrets.token_urlsafe(24),
            "MUX_SIGNING_KEY_ID": "bench",
            "MUX_SIGNING_PRIVATE_KEY": _signing_key(),
        }
    )


def _signing_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


class Server:
    """Gunicorn running one of the two applications."""

    def __init__(self, programs: Programs, root: Path, application: str, environment: Mapping[str, str]) -> None:
        self.programs = programs
        self.port = ports.free()
        settings, command = procfile_command(root, "web")
        self.command = [application if word == APPLICATION else word for word in command]
        self.environment = {**environment, **settings, "PORT": str(self.port)}
        self.name = application.partition(":")[0]
        self.pid = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; return when all workers are up."""
        self.programs.start(self.name, [*self.command, "--bind", f"127.0.0.1:{self.port}"], self.environment)
        self.pid = self.programs.running[-1].process.pid
        self.programs.wait_until(self._responds, f"{self.name} did not answer")

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children()

    def cpu(self) -> dict[int, float]:
        """Return the seconds of CPU that each worker has used so far."""
        return {each.pid: sum(each.cpu_times()[:2]) for each in self.workers()}

    def wait_until_idle(self) -> None:
        """Wait until the workers are idle: they still process requests whose clients have given up."""
        self.programs.wait_until(self._is_idle, f"{self.name} did not become idle")

    def memory(self) -> dict[int, float]:
        """Return each worker's resident memory, in megabytes."""
        return {each.pid: each.memory_info().rss / MEGABYTE for each in self.workers()}

    def proportional_memory(self) -> dict[int, float]:
        """Return each worker's proportional set size, in megabytes: pages shared by processes count by parts."""
        return {each.pid: each.memory_full_info().pss / MEGABYTE for each in self.workers()}

    def peak_memory(self) -> dict[int, float]:
        """Return the largest resident memory that each worker has had so far, in megabytes."""
        return {each.pid: _peak(each.pid) for each in self.workers()}

    def _is_idle(self) -> bool:
        before = sum(self.cpu().values())
        time.sleep(IDLE_INTERVAL)
        return sum(self.cpu().values()) - before <= IDLE_SHARE * IDLE_INTERVAL

    def _responds(self) -> bool:
        try:
            return load.send(self.url, load.request("GET", "/health"))[0].status in {200, 404}
        except (OSError, http.client.HTTPException):
            return False


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024 / MEGABYTE


def shares(before: Mapping[int, float], after: Mapping[int, float]) -> list[float]:
    """Return each worker's share of the CPU used in between, the largest first."""
    used = [after[pid] - before.get(pid, 0.0) for pid in after]
    return sorted((each / sum(used) for each in used), reverse=True) if sum(used) else []
