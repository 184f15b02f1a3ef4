"""SMTP faults on demand, so that retries are tested against a server that really fails."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

STAGES = ("connect", "sender", "recipient", "data")
# Where a fault occurs unless it says otherwise; a reply code rejects a recipient, as servers usually do.
STAGE_OF_KIND = {"refuse": "connect", "hang": "connect", "drop": "data", "slow": "data"}
REPLY_CODE = re.compile(r"[45][0-9]{2}")
MAX_SECONDS = 300


@dataclass
class Fault:
    """A fault that occurs `times` times.

    kind: a reply code from 400 to 599, such as `451`; `hang` leaves the client without an answer until it disconnects;
        `drop` closes the connection without an answer; `slow` answers correctly, after `seconds`; `refuse` closes the
        port, and all connections, until `Catcher.recover`, and cannot be counted.
    at: `connect` (instead of the greeting), `sender`, `recipient`, or `data` (after the whole mail was received).
    stored: the mail is kept nevertheless, as when the answer of a server that has accepted it is lost; only with `data`.
    """

    kind: str
    times: int | None = None
    at: str | None = None
    seconds: float = 1.0
    stored: bool = False

    def __post_init__(self) -> None:
        known = isinstance(self.kind, str) and (self.kind in STAGE_OF_KIND or REPLY_CODE.fullmatch(self.kind))
        _require(known, f"kind must be a reply code from 400 to 599 or one of {', '.join(STAGE_OF_KIND)}")
        self.at = STAGE_OF_KIND.get(self.kind, "recipient") if self.at is None else self.at
        _require(self.at in STAGES, f"at must be one of {', '.join(STAGES)}")
        _require(type(self.seconds) in (int, float) and 0 <= self.seconds <= MAX_SECONDS, "seconds must be 0 to 300")
        _require(type(self.stored) is bool, "stored must be true or false")
        _require(not self.stored or self.at == "data", "stored requires at to be data")
        self._check_times()

    def _check_times(self) -> None:
        if self.kind == "refuse":
            _require(
                self.times is None, "times: a refused connection cannot be counted; the port is closed until recovery"
            )
            _require(self.at == "connect", "at: only connections are refused")
            return
        self.times = 1 if self.times is None else self.times
        _require(type(self.times) is int and self.times > 0, "times must be a positive number")

    async def answer(self, abort: Callable[[], None]) -> str | None:
        """Return the reply; None if the client gets the correct one, too late.

        Without a reply, wait until the end of the connection cancels this; `abort` ends it.
        """
        if self.kind == "slow":
            await asyncio.sleep(self.seconds)
            return None
        if self.kind == "drop":
            abort()
        if self.kind in STAGE_OF_KIND:
            await asyncio.Event().wait()
        return f"{self.kind} This is the {self.kind} that was asked for"


class Faults:
    """The pending faults, oldest first."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._pending.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()

    def take(self, stage: str) -> Fault | None:
        """Return the fault of a stage that occurs now, and count it."""
        with self._lock:
            fault = next((each for each in self._pending if each.at == stage), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                self._pending = [each for each in self._pending if each.times]
            return fault

    def pending(self) -> list[Fault]:
        with self._lock:
            return list(self._pending)


def _require(condition: object, expected: str) -> None:
    if not condition:
        raise ValueError(expected)
