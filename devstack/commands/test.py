"""All checks that a change must pass before it lands: lint, format, types, imports, tests."""

import argparse
import os
import signal
import subprocess
import time

from devstack.bootstrap import ROOT
from devstack.processes.programs import BIN, with_venv_path
from devstack.terminal.console import say
from devstack.testing.changed import select_since

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "lint-imports": ["lint-imports"],
}
# Coverage is left to `--cov`: its tracer adds three quarters to pytest's CPU time on Python 3.11 (200 tests: 7 s, then 13 s).
# Three workers keep two cores busy while tests wait. Each gets neighboring tests, so that few start the same servers, and
# modules whose tests share fixtures whole (`tests/plugins/whole_modules.py`).
PYTEST = ["pytest", "-n", "3", "--dist", "worksteal"]


def main(options: argparse.Namespace) -> int:
    """Run all checks, also after a failure, so that one run reports everything."""
    started = time.monotonic()
    failed = [name for name, command in CHECKS.items() if not _check_passes(name, command)]
    if not _tests_pass(options):
        failed.append("pytest")
    duration = f"{time.monotonic() - started:.0f} s"
    say(f"Failed after {duration}: {', '.join(failed)}" if failed else f"All passed in {duration}.")
    return 1 if failed else 0


def _tests_pass(options: argparse.Namespace) -> bool:
    if options.changed is None:
        say("  pytest …")
        return not run_command([*PYTEST, *options.pytest]).returncode
    tests = select_since(options.changed)
    say(f"  pytest, {len(tests)} files and folders: {' '.join(tests)}" if tests else "  no test concerns the change")
    return not tests or not run_command([*PYTEST, *tests, *options.pytest]).returncode


def _check_passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    completed = run_command(command, capture=True)
    say(f"  {name} … {'failed' if completed.returncode else 'ok'}, {time.monotonic() - started:.1f} s")
    if completed.returncode:
        say(completed.stdout)
    return not completed.returncode


def run_command(command: list[str], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a program of the virtual environment in the tree; pass interrupts on."""
    with subprocess.Popen(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=with_venv_path(dict(os.environ)),
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
        text=True,
    ) as child:
        try:
            text, _ = child.communicate()
        except KeyboardInterrupt as interruption:
            # Ctrl-C in a terminal reaches the child as well as this process.
            _stop(child, timeout=5 if interruption.args == (signal.SIGINT,) else 0)
            raise
    return subprocess.CompletedProcess(command, child.returncode, text)


def _stop(child: subprocess.Popen[str], *, timeout: float) -> None:
    """Give pytest time to stop its stores."""
    try:
        child.wait(timeout)
    except subprocess.TimeoutExpired:
        child.terminate()
