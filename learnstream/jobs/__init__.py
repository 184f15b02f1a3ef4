"""Celery tasks, each a thin wrapper around a service, and their schedule. Every task must be idempotent."""

from learnstream.extensions import celery
from learnstream.jobs import accounts, beat, cleanup, courses, outbox, rollup, video

__all__ = ["accounts", "beat", "cleanup", "courses", "outbox", "rollup", "video"]

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
}
