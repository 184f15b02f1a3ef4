"""Free ports on this machine, the same ones again when possible, so that addresses outlive a restart."""

import secrets
import socket
from pathlib import Path

# Below the range from which the kernel takes the ports of outgoing connections.
RANGE = range(20000, 32000)


def pick(remembered: Path, *, wanted: int | None = None) -> int:
    """The port that was remembered, else the wanted one, else any: the first of them that is free."""
    last = int(remembered.read_text()) if remembered.exists() else None
    for port in (last, wanted):
        if port and is_free(port):
            return port
    return free()


def free() -> int:
    """Any free port."""
    return next(port for port in iter(lambda: secrets.choice(RANGE), None) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a connection that just ended there does not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
