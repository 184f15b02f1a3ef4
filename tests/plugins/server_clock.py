"""The server's clock, which tests of deadlines move."""

from datetime import datetime, timedelta

import pytest

from learnstream import clock


@pytest.fixture
def move_clock(monkeypatch):
    """Return a function that moves the server's clock forward, by the arguments of `timedelta`."""

    class Clock(datetime):
        ahead = timedelta(0)

        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + cls.ahead

    def move(**by):
        Clock.ahead += timedelta(**by)

    monkeypatch.setattr(clock, "datetime", Clock)
    return move
