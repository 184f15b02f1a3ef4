"""Tasks are published beside the request, and each reaches its queue."""

import os
import subprocess
import sys
import threading

import pytest

from learnstream.extensions import celery
from learnstream.services.foundation.tasks import Message, publisher, queue
from learnstream.stores.redis import redis
from tests.server import ROOT

QUEUE = "test.tasks"
PATIENCE = 30.0  # on a busy machine


@pytest.fixture(autouse=True)
def broker(app):
    """The broker, with nothing in the queue of these tests."""
    publisher.join()
    redis.client.delete(QUEUE)
    yield
    publisher.join()
    redis.client.delete(QUEUE)


def waiting():
    publisher.join()
    return redis.client.llen(QUEUE)


def test_a_task_reaches_its_queue(broker):
    queue("learnstream.nothing", "a", queue=QUEUE)

    assert waiting() == 1


def test_equal_tasks_that_wait_are_published_once(broker):
    for _ in range(50):
        queue("learnstream.nothing", "a", queue=QUEUE)
    queue("learnstream.nothing", "b", queue=QUEUE)

    assert waiting() == 2


def test_a_task_is_published_again_once_its_equal_is(broker):
    for expected in (1, 2):
        queue("learnstream.nothing", "a", queue=QUEUE)

        assert waiting() == expected


def test_a_request_does_not_wait_for_the_broker(broker, monkeypatch):
    answered, published = threading.Event(), []
    monkeypatch.setattr(Message, "publish", lambda message: published.append(answered.wait(PATIENCE)))
    queue("learnstream.nothing", "a", queue=QUEUE)
    assert published == []
    answered.set()
    publisher.join()

    assert published == [True]


def test_a_broker_that_cannot_be_reached_is_logged(broker, monkeypatch, caplog):
    monkeypatch.setattr(celery, "send_task", lambda *_, **__: 1 / 0)
    queue("learnstream.nothing", "a", queue=QUEUE)
    publisher.join()

    assert "the task learnstream.nothing was not queued: ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("process", ["", "if os.fork(): os.wait(); sys.exit()\n"], ids=["program", "fork's child"])
def test_a_process_that_ends_publishes_first(broker, settings, process):
    program = (
        "import os, sys, wsgi\n"
        "from learnstream.services.foundation.tasks import publisher, queue\n"
        "queue('learnstream.nothing', 'parent', queue=sys.argv[1])\n"
        "publisher.join()\n"
        f"{process}"
        "queue('learnstream.nothing', str(os.getpid()), queue=sys.argv[1])\n"
    )
    environment = os.environ | settings
    subprocess.run([sys.executable, "-c", program, QUEUE], cwd=ROOT, env=environment, timeout=PATIENCE, check=True)

    assert waiting() == 2
