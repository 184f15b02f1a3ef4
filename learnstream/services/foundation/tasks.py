"""Celery tasks, queued by name: services know no jobs."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import ClassVar

from learnstream.extensions import celery
from learnstream.services.foundation.retries import Retries
from learnstream.stores import generations

log = logging.getLogger(__name__)

# A task that is not started by then is dropped, because the schedule has queued it again.
EXPIRES = 60
# Seconds between a commit and the publishing of its tasks. A series of commits that wake the same work then publishes one
# task: with 0.005, the next invitation was 1 ms slower, of 8.
PAUSE = 0.05


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
    """Queue a task within a moment. If the broker is not available, the schedule does so a little later."""
    publisher.add(Message(task, arguments, queue))


@dataclass(frozen=True)
class Message:
    """A task with its arguments, in a Celery queue, by default that of all other tasks."""

    task: str
    arguments: tuple[str, ...]
    queue: str | None

    def publish(self) -> None:
        """Send it to the broker; if that fails, log it."""
        try:
            # Cache and broker share one Redis: if its circuit breaker is open, do not wait for another timeout.
            generations.breaker.admit()
            celery.send_task(self.task, self.arguments, queue=self.queue, retry=False, expires=EXPIRES)
        except Exception as error:  # the broker's client raises errors of several libraries
            log.warning("the task %s was not queued: %s", self.task, type(error).__name__)


class Publisher:
    """Publishes tasks in a thread of its own, equal ones that wait only once, so that no request waits for the broker.

    The thread ends when nothing waits, and a process that ends waits for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Message, None] = {}
        self.thread = threading.Thread()

    def add(self, message: Message) -> None:
        with self._lock:
            self._waiting[message] = None
            # A fork copies this object but not its thread, which then is not alive.
            if not self.thread.is_alive():
                self.thread = threading.Thread(target=self._publish, name="publisher")
                self.thread.start()

    def join(self) -> None:
        """Wait until everything added so far is published."""
        if self.thread.is_alive():
            self.thread.join()

    def _publish(self) -> None:
        time.sleep(PAUSE)
        while messages := self._take():
            for message in messages:
                message.publish()

    def _take(self) -> list[Message]:
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
            if not taken:
                # This thread is about to end: the next `add` must start another one.
                self.thread = threading.Thread()
            return taken


publisher = Publisher()
