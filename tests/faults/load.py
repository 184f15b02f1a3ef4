"""Clients that send requests continually, and the latency of their responses in each time span."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Self

import requests

Send = Callable[[requests.Session], requests.Response]


@dataclass
class Responses:
    """The responses in a time span: when requested, how long it took, and the status, 0 for no response."""

    seconds: float
    taken: list[tuple[float, float, int]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.taken) / self.seconds

    @property
    def longest_seconds(self) -> float:
        return max(seconds for _, seconds, _ in self.taken)

    @property
    def median_seconds(self) -> float:
        return median(seconds for _, seconds, _ in self.taken)

    @property
    def p95(self) -> float:
        return quantiles([seconds for _, seconds, _ in self.taken], n=20)[-1]

    def figures(self) -> dict[str, float]:
        """Return a table's figures: requests per second, and milliseconds."""
        times = {"usual": self.median_seconds, "p95": self.p95, "longest": self.longest_seconds}
        return {"rate": self.rate} | {name: seconds * 1000 for name, seconds in times.items()}

    @property
    def statuses(self) -> Counter[int]:
        return Counter(status for _, _, status in self.taken)


class Clients:
    """One client per request; each waits for its response, then for `pause` seconds, and sends again."""

    def __init__(self, *sends: Send, pause: float = 0.0) -> None:
        self.sends = sends
        self.pause = pause
        self._taken: list[tuple[float, float, int]] = []
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(len(sends))

    def __enter__(self) -> Self:
        for send in self.sends:
            self._pool.submit(self._ask, send)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._pool.shutdown()

    def measure(self, seconds: float) -> Responses:
        """Wait so many seconds, and return the responses meanwhile."""
        with self.measuring() as responses:
            time.sleep(seconds)
        return responses

    @contextmanager
    def measuring(self) -> Iterator[Responses]:
        """Record the responses within the enclosed time span."""
        began = time.monotonic()
        responses = Responses(0.0)
        yield responses
        responses.seconds = time.monotonic() - began
        responses.taken = [each for each in list(self._taken) if began <= each[0] < began + responses.seconds]

    def _ask(self, send: Send) -> None:
        with requests.Session() as session:
            while not self._stopping.wait(self.pause):
                began = time.monotonic()
                try:
                    status = send(session).status_code
                except requests.RequestException:
                    status = 0
                self._taken.append((began, time.monotonic() - began, status))
