"""The time by which the emulator's deadlines run; tests wind it forward instead of sleeping."""

import time


class Clock:
    """Deadlines only: upload timeouts, webhook retries, token expiry. Signatures and `created_at` use the true time."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def reset(self) -> None:
        self._ahead = 0.0
