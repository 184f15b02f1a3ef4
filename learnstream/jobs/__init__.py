"""Celery tasks, each a few lines that call a service, and the schedule they run on. Every task may run twice."""

from learnstream.extensions import celery
from learnstream.jobs import cleanup, courses, heartbeat, outbox, people, rollup, video

__all__ = ["cleanup", "courses", "heartbeat", "outbox", "people", "rollup", "video"]

celery.conf.beat_schedule = {
    "compare assets": {"task": video.COMPARE_TASK, "schedule": 60.0, "options": {"expires": 60}},
    "derive what accounts lack": {"task": people.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "forget what has expired": {"task": cleanup.TASK, "schedule": 3600.0, "options": {"expires": 3600}},
    "look after videos": {"task": video.REVIEW_TASK, "schedule": 60.0, "options": {"expires": 60}},
    "move news": {"task": rollup.NEWS_TASK, "schedule": 10.0, "options": {"expires": 10}},
    "note the beat": {"task": heartbeat.TASK, "schedule": 30.0, "options": {"expires": 30}},
    "relay the outbox": {"task": "learnstream.relay_outbox", "schedule": 10.0, "options": {"expires": 10}},
    "repair courses": {"task": "learnstream.repair_courses", "schedule": 60.0, "options": {"expires": 60}},
    "roll up": {"task": rollup.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "retry webhook events": {"task": video.RETRY_TASK, "schedule": 15.0, "options": {"expires": 15}},
}
