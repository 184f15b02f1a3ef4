"""Find and end processes that are provably ours.

A pid alone proves nothing, since pids are reused. A store's server is identified by its executable and its data
directory, which is its working directory; no other process has both. Everything else that devstack starts has MARK in
its environment, and so do its children.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

MARK = "LEARNSTREAM_DEVSTACK"


def mark(directory: Path) -> dict[str, str]:
    """Return the environment by which `marked_with` finds a process again."""
    return {MARK: os.fspath(directory.resolve())}


def marked_with(directory: Path) -> set[int]:
    """Return processes started by a devstack of this directory, except stores: those overwrite their environment."""
    marker = f"{MARK}={directory.resolve()}".encode()
    return {pid for pid in pids() - {os.getpid()} if marker in _environment(pid)}


def servers_under(directory: Path, executables: Iterable[str]) -> set[int]:
    """Return server processes that work in this directory or below it, and their children."""
    roots = {pid for pid in pids() if _is_server(pid, os.fspath(directory.resolve()), set(executables))}
    return roots | descendants(roots)


def pids() -> set[int]:
    return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()}


def descendants(roots: set[int]) -> set[int]:
    """Return all running descendants of these processes."""
    parents = {pid: parent_of(pid) for pid in pids()}
    found: set[int] = set()
    frontier = set(roots)
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier} - found - roots
        found |= frontier
    return found


def parent_of(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def is_running(pid: int) -> bool:
    """False for zombies as well: they hold no resources, and without a reaper they stay forever."""
    fields = _stat(pid)
    return bool(fields) and fields[0] not in "ZX"


def end(find: Callable[[], set[int]], *, first: signal.Signals, timeout: float) -> None:
    """Signal the processes that `find` returns, and kill those that remain after `timeout` seconds."""
    send(find(), first)
    send(find(), signal.SIGCONT)
    if not wait_until_gone(find, timeout):
        send(find(), signal.SIGKILL)
        wait_until_gone(find, 5)


def send(targets: Iterable[int], signal_number: signal.Signals) -> None:
    for pid in targets:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal_number)


def wait_until_gone(find: Callable[[], set[int]], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while any(map(is_running, find())):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_server(pid: int, directory: str, executables: set[str]) -> bool:
    try:
        executable = str(Path(f"/proc/{pid}/exe").readlink()).removesuffix(" (deleted)")
        working_directory = str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        # A container's root may not inspect processes of `nobody`; their command line is readable by all users.
        return _command_names_directory(pid, directory, executables)
    return Path(executable).name in executables and _is_below(working_directory, directory)


def _command_names_directory(pid: int, directory: str, executables: set[str]) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return False
    return Path(words[0]).name in executables and any(_is_below(word, directory) for word in words[1:])


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _is_below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory + "/")


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name, which may itself contain spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
