"""The clock of the emulator's deadlines; tests advance it instead of sleeping."""

import time


class Clock:
    """For deadlines: upload timeouts, webhook retries, token expiry. Signatures and `created_at` use the real time."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def reset(self) -> None:
        self._ahead = 0.0
