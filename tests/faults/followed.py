"""The worker's application with followers and topics of the tests' own, which count, or hang as long as a file exists."""

import os
import time
from pathlib import Path

from kombu import Queue

from learnstream.documents import ScheduleBeat
from learnstream.models import EventType
from learnstream.services.foundation import audit, outbox
from learnstream.services.foundation.followers import follows, follows_in_batches, registered
from wsgi import celery

HANG = Path(os.environ["HANG_WHILE"])
FACT = EventType.COURSE_ARCHIVED


def count(kind, target):
    """Write a row, which a repetition would write again, and a document, which a repetition finds."""
    audit.record("counted", actor_id=None, target_kind=kind, target_id=target)
    ScheduleBeat.collection().update_one({"_id": f"{kind}:{target}"}, {"$setOnInsert": {"at": None}}, upsert=True)


@follows(FACT, name="test-single")
def count_event(event):
    count("single", event.position)


@follows_in_batches(FACT, name="test-batch", batch=50)
def count_events(events):
    for event in events:
        count("batch", event.position)


@follows_in_batches(FACT, name="test-quick", batch=10)
def note_events(events):
    for event in events:
        audit.record("noted", actor_id=None, target_kind="quick", target_id=event.position)


@follows(FACT, name="test-hanging")
def hang(_):
    while HANG.exists():
        time.sleep(0.05)


@outbox.handles("test.count")
def count_command(payload):
    count("command", payload["n"])


@outbox.handles("test.hang")
def hang_command(_):
    hang(None)


celery.conf.task_queues = [
    *celery.conf.task_queues,
    *(Queue(follower.queue) for name, follower in registered.items() if name.startswith("test-")),
    *(Queue(topic.queue) for name, topic in outbox.topics.items() if name.startswith("test.")),
]
