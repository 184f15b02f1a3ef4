"""`python -m devstack.mux --port P --data-dir D --webhook-url URL`: the emulator as a process of the local stack."""

import argparse
import json
import os
import signal
from pathlib import Path
from threading import Event

from devstack.mux.emulator import Emulator


def main() -> None:
    options = _parse_options()
    emulator = Emulator(
        options.data_dir,
        port=options.port,
        webhook_url=options.webhook_url,
        webhook_secret=options.webhook_secret,
    )
    stop_requested = Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop_requested.set())
    with emulator:
        path = write_environment(emulator.environment(), options.data_dir)
        print(
            json.dumps({"ready": True, "url": emulator.url, "pid": os.getpid(), "environment": str(path)}), flush=True
        )
        stop_requested.wait()


def write_environment(environment: dict[str, str], data_dir: Path) -> Path:
    """Write `environment.json`, readable by its owner alone; replace the file atomically."""
    path = data_dir / "environment.json"
    temporary = path.with_suffix(".draft")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(environment, file, indent=2)
    temporary.replace(path)
    return path


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.mux", description="Mux on this machine, at 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--data-dir", type=Path, required=True, help="keeps everything from one start to the next")
    parser.add_argument("--webhook-url", help="where events are posted")
    parser.add_argument("--webhook-secret", help="signs them; made and kept when not given")
    return parser.parse_args()


if __name__ == "__main__":
    main()
