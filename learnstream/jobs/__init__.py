"""Celery tasks, each a few lines that call a service, and the schedule they run on. Every task may run twice."""

from learnstream.extensions import celery
from learnstream.jobs import cleanup, outbox

__all__ = ["cleanup", "outbox"]

celery.conf.beat_schedule = {
    "forget what has expired": {"task": cleanup.TASK, "schedule": 3600.0, "options": {"expires": 3600}},
    "relay the outbox": {"task": "learnstream.relay_outbox", "schedule": 10.0, "options": {"expires": 10}},
}
