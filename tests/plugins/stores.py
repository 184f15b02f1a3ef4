"""Real stores for the whole test run, started once in the parent process, whose environment the workers inherit."""

import os
import signal
from pathlib import Path

import pytest

from devstack.errors import DevstackError
from devstack.services.stack import Stack
from devstack.terminal.interruption import interrupt_on_signals

ROOT = Path(__file__).parents[2]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    # pytest handles Ctrl-C itself; SIGTERM and SIGHUP must stop the stores as well.
    interrupt_on_signals((signal.SIGTERM, signal.SIGHUP))
    stack = Stack(ROOT, ephemeral=True)
    try:
        stack.start()
    except DevstackError as error:
        pytest.exit(str(error), returncode=3)
    config.add_cleanup(stack.stop)
    os.environ.update(stack.environment())
