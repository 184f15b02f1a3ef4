"""One log file per program, new at each start; the previous one is kept beside it."""

from pathlib import Path
from typing import BinaryIO

TAIL_LINES = 15


def open_new(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(f"{path.name}.old"))
    return path.open("wb")


def tail(path: Path) -> str:
    """Return the end of the log, for an error message."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return f"{path} ends:\n" + "\n".join(lines[-TAIL_LINES:])
