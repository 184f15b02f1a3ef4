"""Free ports on this machine, the same ones again if possible, so that addresses survive a restart."""

import http.client
import secrets
import socket
from pathlib import Path

# Below the kernel's range of ephemeral ports.
RANGE = range(20000, 32000)


def pick(port_file: Path, *, preferred: int | None = None) -> int:
    """Return the first free port of: the one in the file, the preferred one, any."""
    previous = int(port_file.read_text()) if port_file.exists() else None
    for port in (previous, preferred):
        if port and is_free(port):
            return port
    return free()


def pick_and_store(port_file: Path) -> int:
    """Return a port as `pick` does, and write it to the file for the next start."""
    port = pick(port_file)
    port_file.write_text(str(port))
    return port


def free() -> int:
    """Return any free port."""
    return next(port for port in iter(lambda: secrets.choice(RANGE), None) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a recently closed connection does not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def responds(port: int, path: str) -> bool:
    """True if a local HTTP server answers 200 at this path."""
    # Not urllib, which would use the environment's proxy.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
