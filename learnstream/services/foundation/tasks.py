"""Celery tasks, queued by name: services know no jobs."""

import logging

from learnstream.extensions import celery
from learnstream.stores import generations

log = logging.getLogger(__name__)

# A task that is not started by then is dropped, because the schedule has queued it again.
EXPIRES = 60


def queue(task: str, *arguments: str, queue: str | None = None) -> None:
    """Queue a task now. If the broker is not available, the schedule does so a little later."""
    try:
        # Cache and broker share one Redis: if its circuit breaker is open, do not wait for another timeout.
        generations.breaker.admit()
        celery.send_task(task, arguments, queue=queue, retry=False, expires=EXPIRES)
    except Exception as error:  # the broker's client raises errors of several libraries
        log.warning("the task %s was not queued: %s", task, type(error).__name__)
