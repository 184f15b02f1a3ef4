"""Celery tasks, each a thin wrapper around a service, their queues and their schedule. Every task must be idempotent."""

from importlib import import_module
from pkgutil import walk_packages

from kombu import Queue

from learnstream import services
from learnstream.extensions import celery
from learnstream.jobs import accounts, beat, cleanup, courses, followers, mails, outbox, rollup, video
from learnstream.services.foundation.followers import registered
from learnstream.services.foundation.outbox import topics
from learnstream.services.messaging.queue import SEND_TASK, outgoing

__all__ = ["accounts", "beat", "cleanup", "courses", "followers", "mails", "outbox", "rollup", "video"]

# Followers and handlers register themselves when they are imported, and nothing else may import a follower's module.
for module in walk_packages(services.__path__, f"{services.__name__}."):
    import_module(module.name)

celery.conf.task_queues = [
    Queue(celery.conf.task_default_queue),
    *(Queue(follower.queue) for follower in registered.values()),
    *(Queue(topic.queue) for topic in topics.values()),
    Queue(outgoing.queue),
]

celery.conf.beat_schedule = {
    "compare assets": {"task": video.COMPARE_TASK, "schedule": 60.0, "options": {"expires": 60}},
    "derive missing account columns": {"task": accounts.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "delete expired data": {"task": cleanup.TASK, "schedule": 3600.0, "options": {"expires": 3600}},
    "review videos": {"task": video.REVIEW_TASK, "schedule": 60.0, "options": {"expires": 60}},
    "move pending events": {"task": rollup.EVENTS_TASK, "schedule": 10.0, "options": {"expires": 10}},
    "record the beat": {"task": beat.TASK, "schedule": 30.0, "options": {"expires": 30}},
    "relay the outbox": {"task": "learnstream.relay_outbox", "schedule": 10.0, "options": {"expires": 10}},
    "repair courses": {"task": "learnstream.repair_courses", "schedule": 60.0, "options": {"expires": 60}},
    "roll up": {"task": rollup.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "retry webhook events": {"task": video.RETRY_TASK, "schedule": 15.0, "options": {"expires": 15}},
    # What was not sent at once: in the mails' own queue, and combined with what commits have queued there.
    "send mails": {
        "task": SEND_TASK,
        "args": (outgoing.name,),
        "schedule": 10.0,
        "options": {"expires": 10, "queue": outgoing.queue},
    },
    "wake followers": {"task": followers.WAKE_TASK, "schedule": 10.0, "options": {"expires": 10}},
}
