"""Everything that must hold before a change lands: lint, format, types, imports, tests."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from devstack.bootstrap import ROOT
from devstack.console import say

BIN = Path(sys.executable).parent
CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "lint-imports": ["lint-imports"],
}
PYTEST = ["pytest", "-n", "2", "--cov", "--cov-report=term"]


def main(options: argparse.Namespace) -> int:
    """Run all checks, also after one has failed, so that one round shows everything."""
    started = time.monotonic()
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    say("  pytest …")
    if _run([*PYTEST, *options.pytest]).returncode:
        failed.append("pytest")
    took = f"{time.monotonic() - started:.0f} s"
    say(f"Failed after {took}: {', '.join(failed)}" if failed else f"All passed in {took}.")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = _run(command, capture=True)
    say(f"  {name} … {'failed' if done.returncode else 'ok'}, {time.monotonic() - started:.1f} s")
    if done.returncode:
        say(done.stdout)
    return not done.returncode


def _run(command: list[str], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    # Tests call programs of the virtual environment by name.
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    return subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
        text=True,
        check=False,
    )
