"""Celery tasks, each a few lines that call a service, and the schedule they run on. Every task may run twice."""

from learnstream.extensions import celery
from learnstream.jobs import outbox

__all__ = ["outbox"]

celery.conf.beat_schedule = {
    "relay the outbox": {"task": "learnstream.relay_outbox", "schedule": 10.0, "options": {"expires": 10}},
}
