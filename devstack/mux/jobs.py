"""Background work: encodings, one after the other."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, RLock, Thread

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """kind: `asset`, `track` or `rendition`; the last two have the `item_id` of their item within the asset."""

    kind: str
    asset_id: str
    item_id: str = ""


class Jobs:
    """Runs jobs in a thread or, if `inline`, before `submit` returns.

    Never submit inside a store transaction: the job would not see its writes.
    """

    def __init__(self, run: Callable[[Job], None], *, inline: bool) -> None:
        self._run = run
        self._inline = inline
        self._queue: deque[Job] = deque()
        self._changed = Condition(RLock())
        self._one_at_a_time = RLock()
        self._busy = self._paused = self._stopping = False
        self._thread = Thread(target=self._run_loop, name="mux-encoder", daemon=True)

    def start(self) -> None:
        if not self._inline:
            self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if not self._inline:
            self._thread.join()

    def submit(self, job: Job) -> None:
        with self._changed:
            self._queue.append(job)
            self._changed.notify_all()
        self._run_inline()

    def pause(self) -> None:
        """Keep assets in `preparing` until `resume`; a running job is finished."""
        self._paused = True

    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify_all()
        self._run_inline()

    def clear(self) -> None:
        """Drop the queued jobs, and wait for the running one."""
        with self._changed:
            self._queue.clear()
            self._changed.wait_for(lambda: not self._busy)

    def settle(self, timeout: float = 60.0) -> bool:
        """Wait until no job is running or queued; return False on timeout. While paused, queued jobs do not count."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy and (self._paused or not self._queue), timeout)

    def _run_inline(self) -> None:
        if not self._inline:
            return
        with self._one_at_a_time:
            # A job that submits another one gets here recursively: the outer loop runs it.
            while not self._busy and (job := self._next_job()) is not None:
                self._run_job(job)

    def _run_loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or (self._queue and not self._paused))
                if self._stopping:
                    return
                job = self._next_job()
            if job is not None:
                self._run_or_log(job)

    def _run_or_log(self, job: Job) -> None:
        """Run a job; the thread survives unexpected errors, such as a full disk."""
        try:
            self._run_job(job)
        except Exception:
            log.exception("%s was not done", job)

    def _next_job(self) -> Job | None:
        with self._changed:
            if self._paused or self._stopping or not self._queue:
                return None
            self._busy = True
            return self._queue.popleft()

    def _run_job(self, job: Job) -> None:
        try:
            self._run(job)
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
