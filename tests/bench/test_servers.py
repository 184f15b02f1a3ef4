import os

import pytest

from bench.servers import APPLICATION, Server
from devstack.bootstrap import ROOT
from devstack.processes.programs import Programs

BUSY_SECONDS = 1.0  # seconds of CPU
WORKER = f"import time\nwhile time.process_time() < {BUSY_SECONDS}: pass\ntime.sleep(60)"
MASTER = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {WORKER!r}])"


@pytest.fixture
def busy_server(tmp_path):
    """A server whose worker has a second of work left."""
    programs = Programs(ROOT, tmp_path)
    server = Server(programs, ROOT, APPLICATION, os.environ)
    programs.start("busy", ["python", "-c", MASTER], dict(os.environ))
    server.pid = programs.running[-1].process.pid
    programs.wait_until(server.workers, "the worker was not started")
    yield server
    for worker in server.workers():
        worker.kill()
    programs.stop()


def test_wait_until_idle_returns_when_the_workers_are_done(busy_server):
    busy_server.wait_until_idle()

    [seconds] = busy_server.cpu().values()
    assert seconds == pytest.approx(BUSY_SECONDS, abs=0.1)
