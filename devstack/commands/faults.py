"""Test every way in which a component can fail; `test` runs only a sample."""

import argparse
import time

from devstack.commands.test import run_to_end
from devstack.terminal.console import say

PYTEST = ["pytest", "tests/faults", "-m", "thorough or not thorough"]


def main(options: argparse.Namespace) -> int:
    started = time.monotonic()
    failed = run_to_end([*PYTEST, *options.pytest]).returncode
    took = f"{(time.monotonic() - started) / 60:.0f} minutes"
    say(f"Failed after {took}." if failed else f"All passed in {took}.")
    return 1 if failed else 0
