"""Test every way in which a component can fail; `test` runs only a sample."""

import argparse
import time

from devstack.commands.test import run_command
from devstack.terminal.console import say

PYTEST = ["pytest", "tests/faults", "-m", "thorough or not thorough"]


def main(options: argparse.Namespace) -> int:
    started = time.monotonic()
    failed = run_command([*PYTEST, *options.pytest]).returncode
    duration = f"{(time.monotonic() - started) / 60:.0f} minutes"
    say(f"Failed after {duration}." if failed else f"All passed in {duration}.")
    return 1 if failed else 0
