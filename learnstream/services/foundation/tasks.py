"""Celery tasks, queued by name: services know no jobs."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from learnstream.extensions import celery
from learnstream.services.foundation.retries import Retries
from learnstream.stores import generations

log = logging.getLogger(__name__)

# A task that is not started by then is dropped, because the schedule has queued it again.
EXPIRES = 60


@dataclass(frozen=True)
class Queued:
    """Background work of one name that is tried again as `retries` says, in a Celery queue of its own."""

    task: ClassVar[str]
    kind: ClassVar[str]

    name: str
    retries: Retries

    @property
    def queue(self) -> str:
        """The Celery queue."""
        return f"{self.kind}.{self.name}"

    def wake(self) -> None:
        """Have a worker do what is due."""
        queue(self.task, self.name, queue=self.queue)


def queue(task: str, *arguments: str, queue: str | None = None) -> None:
    """Queue a task now. If the broker is not available, the schedule does so a little later."""
    try:
        # Cache and broker share one Redis: if its circuit breaker is open, do not wait for another timeout.
        generations.breaker.admit()
        celery.send_task(task, arguments, queue=queue, retry=False, expires=EXPIRES)
    except Exception as error:  # the broker's client raises errors of several libraries
        log.warning("the task %s was not queued: %s", task, type(error).__name__)
