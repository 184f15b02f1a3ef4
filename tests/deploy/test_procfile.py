"""The Procfile's real processes: release, web and worker, and a web process that stops without dropping requests."""

import os
import re
import signal
import time

from tests.deploy.traffic import Traffic, finish, half_sent_request


def test_the_release_prepares_empty_stores_and_is_repeatable(dyno):
    first, second = dyno.run("release"), dyno.run("release")

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert re.search(r"indexes: .*\bcourse_versions, courses, ", second.stdout)


def test_web_and_worker_start_and_no_accepted_request_is_dropped(dyno):
    dyno.start("web", "worker")
    assert dyno.wait_until_ready() == 200

    with Traffic(dyno.port) as traffic:
        begun = half_sent_request(dyno.port)
        traffic.wait_for(100)
        os.kill(dyno.gunicorn, signal.SIGTERM)
        time.sleep(0.5)
        status = finish(begun)

    assert status.startswith(b"HTTP/1.1 4"), status
    assert traffic.broken == []
    assert traffic.answered >= 100
    assert "ready" in dyno.log.read_text()
