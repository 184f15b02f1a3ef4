"""Celery tasks, each a thin wrapper around a service, their queues and their schedule. Every task must be idempotent."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from kombu import Queue

from learnstream import services
from learnstream.extensions import celery
from learnstream.jobs import (
    accounts,
    announcements,
    attempts,
    beat,
    books,
    cleanup,
    courses,
    digests,
    files,
    followers,
    grade_imports,
    grades,
    mails,
    notices,
    outbox,
    payments,
    questions,
    reviews,
    rollup,
    search,
    seats,
    submissions,
    video,
)
from learnstream.services.analytics import pending_events
from learnstream.services.announcements import due_work, scheduling
from learnstream.services.commerce import event_queue, reconciliation
from learnstream.services.enrollment import ending_seats
from learnstream.services.foundation.followers import registered
from learnstream.services.foundation.outbox import topics
from learnstream.services.foundation.tasks import Queued
from learnstream.services.grades import moving, seen_results
from learnstream.services.media import file_queue
from learnstream.services.messaging.notices import mail_task
from learnstream.services.messaging.queue import outgoing

__all__ = [
    "accounts",
    "announcements",
    "attempts",
    "beat",
    "books",
    "cleanup",
    "courses",
    "digests",
    "files",
    "followers",
    "grade_imports",
    "grades",
    "mails",
    "notices",
    "outbox",
    "payments",
    "questions",
    "reviews",
    "rollup",
    "search",
    "seats",
    "submissions",
    "video",
]

# Followers and handlers register themselves when they are imported, and nothing else may import a follower's module.
for module in walk_packages(services.__path__, f"{services.__name__}."):
    import_module(module.name)

celery.conf.task_queues = [
    Queue(celery.conf.task_default_queue),
    *(Queue(follower.queue) for follower in registered.values()),
    *(Queue(topic.queue) for topic in topics.values()),
    *(Queue(each.queue) for each in (outgoing, *file_queue.LANES, file_queue.removal, *event_queue.LANES)),
]


def _own(queue: Queued) -> dict[str, Any]:
    """Return the schedule's entry for the work of a queue that was not begun at once."""
    # In the queue itself, and combined with what has been queued there.
    options = {"expires": 10, "queue": queue.queue}
    return {"task": queue.task, "args": (queue.name,), "schedule": 10.0, "options": options}


celery.conf.beat_schedule = {
    # Ratings are exact within two seconds, also those whose request was killed.
    "count reviews": {"task": reviews.counting.TASK, "schedule": 1.0, "options": {"expires": 1}},
    "compare assets": {"task": video.COMPARE_TASK, "schedule": 60.0, "options": {"expires": 60}},
    "derive due seats": {"task": seats.TASK, "schedule": 10.0, "options": {"expires": 10}},
    "derive missing account columns": {"task": accounts.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "delete expired data": {"task": cleanup.TASK, "schedule": 3600.0, "options": {"expires": 3600}},
    "review videos": {"task": video.REVIEW_TASK, "schedule": 60.0, "options": {"expires": 60}},
    **{f"process files ({lane.name})": _own(lane) for lane in file_queue.LANES},
    "remove files": _own(file_queue.removal),
    "follow submissions": {"task": submissions.TASK, "schedule": 10.0, "options": {"expires": 10}},
    "submit due attempts": {"task": attempts.TASK, "schedule": 10.0, "options": {"expires": 10}},
    "sweep files": {"task": files.SWEEP_TASK, "schedule": 3600.0, "options": {"expires": 3600}},
    "catch up search": {"task": search.CATCH_UP_TASK, "schedule": 5.0, "options": {"expires": 5}},
    "compare search": {"task": search.COMPARE_TASK, "schedule": 3600.0, "options": {"expires": 3600}},
    "mail notices": {"task": mail_task.TASK, "schedule": 10.0, "options": {"expires": 10}},
    **{f"handle payment events ({lane.name})": _own(lane) for lane in event_queue.LANES},
    "reconcile payments": {"task": reconciliation.TASK, "schedule": 600.0, "options": {"expires": 600}},
    "move grades": {"task": moving.TASK, "schedule": 10.0, "options": {"expires": 10}},
    "move pending events": {"task": pending_events.TASK, "schedule": 10.0, "options": {"expires": 10}},
    "publish announcements": {"task": scheduling.TASK, "schedule": 10.0, "options": {"expires": 10}},
    "prepare digests": {"task": digests.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "record the beat": {"task": beat.TASK, "schedule": 30.0, "options": {"expires": 30}},
    "relay the outbox": {"task": "learnstream.relay_outbox", "schedule": 10.0, "options": {"expires": 10}},
    "repair courses": {"task": "learnstream.repair_courses", "schedule": 60.0, "options": {"expires": 60}},
    "roll up": {"task": rollup.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "retry webhook events": {"task": video.RETRY_TASK, "schedule": 15.0, "options": {"expires": 15}},
    "send mails": _own(outgoing),
    "tell due work": {"task": due_work.TASK, "schedule": 1800.0, "options": {"expires": 1800}},
    "tell ending seats": {"task": ending_seats.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "tell seen results": {"task": seen_results.TASK, "schedule": 60.0, "options": {"expires": 60}},
    "wake followers": {"task": followers.WAKE_TASK, "schedule": 10.0, "options": {"expires": 10}},
}
