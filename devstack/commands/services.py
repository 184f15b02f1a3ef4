"""Run the stores alone, for a debugger or another tool."""

import argparse
import shlex
import time

from devstack.bootstrap import ROOT
from devstack.services.stack import Stack
from devstack.terminal.console import say, step


def main(options: argparse.Namespace) -> int:
    stack = Stack(ROOT)
    with step("starting PostgreSQL, MongoDB and Redis"):
        stack.start()
    try:
        for name, value in stack.environment().items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        say("Ctrl-C stops them.")
        watch(stack)
    except KeyboardInterrupt:
        say("")
    finally:
        with step("stopping"):
            stack.stop()
    return 0


def watch(stack: Stack) -> None:
    """Wait until a server exits by itself; raise a DevstackError that names it."""
    while True:
        stack.check()
        time.sleep(0.5)
