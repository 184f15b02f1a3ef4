"""Compile the lock files from the `.in` files."""

import argparse
import subprocess
import sys

from devstack.bootstrap import ROOT
from devstack.errors import DevstackError
from devstack.terminal.console import step

# The files must not depend on the machine that writes them.
UV_OPTIONS = ["--quiet", "--python-version=3.11", "--no-emit-index-url", "--no-header", "--no-annotate"]


def main(options: argparse.Namespace) -> int:
    upgrade = ["--upgrade"] if options.upgrade else []
    # Production first: its result constrains the other list.
    for name in ("requirements", "requirements-dev"):
        with step(f"locking {name}.txt"):
            files = [f"{name}.in", "--output-file", f"{name}.txt"]
            command = [sys.executable, "-m", "uv", "pip", "compile", *UV_OPTIONS, *upgrade, *files]
            completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if completed.returncode:
                raise DevstackError(completed.stderr.strip())
    return 0
