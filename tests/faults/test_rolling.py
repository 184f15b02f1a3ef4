"""A new release takes over from the previous one under load: no accepted request fails."""

import threading
import time

import pytest
import requests

from tests.deploy.traffic import Traffic, finish, half_sent_request
from tests.server import Server
from tests.waiting import within

SITE = "https://new.example"
START = 60.0


@pytest.mark.thorough
def test_no_request_fails_while_a_new_release_takes_over(system, tmp_path, record_property):
    environment = system.environment | {"WEB_CONCURRENCY": "2"}
    older = Server(environment, tmp_path / "older.log")
    newer = Server(environment | {"CORS_ORIGINS": SITE}, tmp_path / "newer.log", port=older.port)
    with older, Traffic(older.port) as traffic:
        traffic.wait_for(50)
        with newer:
            within(START, lambda: answers_for(newer))
            begun = [half_sent_request(older.port) for _ in range(4)]
            ending = threading.Thread(target=older.stop)
            ending.start()
            time.sleep(0.5)
            statuses = [finish(each)[:10] for each in begun]
            ending.join()
            traffic.wait_for(traffic.answered + 100)
            traffic.stop()
            assert all(answers_for(newer) for _ in range(20))

    assert all(status.startswith(b"HTTP/1.1 4") for status in statuses)
    assert traffic.broken == []
    assert traffic.refused == 0
    record_property("result", {"sentence": f"Rolling restart: {traffic.answered} requests answered, none failed"})


def answers_for(release):
    """True if this release answers a request over a new connection."""
    response = requests.get(f"{release.url}/health", headers={"Origin": SITE}, timeout=10)
    return response.headers.get("Access-Control-Allow-Origin") == SITE
