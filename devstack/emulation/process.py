"""An emulator as a process of the local stack."""

import json
import os
import signal
from pathlib import Path
from threading import Event
from typing import Protocol, Self


class Emulator(Protocol):
    """What runs in the process."""

    url: str

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def environment(self) -> dict[str, str]: ...


def run(emulator: Emulator, data_dir: Path) -> None:
    """Run an emulator until a signal; `environment.json` in the directory says how to connect to it once it serves."""
    stop_requested = Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop_requested.set())
    with emulator:
        path = write_environment(emulator.environment(), data_dir)
        ready = {"ready": True, "url": emulator.url, "pid": os.getpid(), "environment": str(path)}
        print(json.dumps(ready), flush=True)
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
