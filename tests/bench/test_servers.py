import os

import pytest

from bench.servers import APPLICATION, Server
from devstack.bootstrap import ROOT
from devstack.processes.programs import Programs

BUSY = 1.0  # seconds of CPU
WORKER = f"import time\nwhile time.process_time() < {BUSY}: pass\ntime.sleep(60)"
MASTER = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {WORKER!r}])"


@pytest.fixture
def busy(tmp_path):
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


def test_a_server_rests_when_its_work_is_done(busy):
    busy.rest()

    [seconds] = busy.cpu().values()
    assert seconds == pytest.approx(BUSY, abs=0.1)
