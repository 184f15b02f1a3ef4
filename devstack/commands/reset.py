"""Delete the local data."""

import argparse
import sys

from devstack.bootstrap import ROOT
from devstack.errors import DevstackError
from devstack.services.stack import Stack
from devstack.terminal.console import say, step


def main(options: argparse.Namespace) -> int:
    stack = Stack(ROOT, environ={})
    if not stack.directory.exists():
        say("There is no local data.")
        return 0
    with stack.held():
        if not options.yes and not _confirmed(f"Delete {stack.directory} with all local data?"):
            raise DevstackError("nothing was deleted.")
        with step("deleting the local data"):
            stack.erase()
    return 0


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
