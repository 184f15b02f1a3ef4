"""Heartbeats: players' reports of what was watched, and the lesson they are about."""

import enum
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from learnstream.clock import whole_milliseconds
from learnstream.documents import LessonKind
from learnstream.services.authoring.completion_rules import Completion
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning import coverage
from learnstream.services.learning.bit_sets import Path

KNOWN_HEARTBEATS = 4096  # deduplicated per viewing: eleven hours at one every ten seconds
NO_VIEWING = "none"


class Reason(enum.StrEnum):
    """Why a stretch was not credited."""

    OVER_BUDGET = "over_budget"
    BEYOND_END = "beyond_end"
    BEFORE_RESET = "before_reset"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True)
class LessonContext:
    """The learner and lesson of a record; `version` is the course's, `video_id` and `duration` are the current video's.

    `seat_since` and `seat_until` are the start and end of the learner's access by their seat; None without a seat, as
    for a free preview, or without an end. `rate` is the highest playback rate.
    """

    user_id: int
    course_id: str
    lesson_id: str
    version: int
    kind: LessonKind
    completion: Completion
    video_id: str | None = None
    duration: float | None = None
    seat_since: datetime | None = None
    seat_until: datetime | None = None
    rate: float = 1.0

    @property
    def id(self) -> str:
        return f"{self.user_id}:{self.lesson_id}"

    def last_moment(self, moment: datetime) -> datetime:
        """Return the latest time, up to `moment`, at which the lesson can have been watched."""
        return min(moment, self.seat_until or moment)

    @property
    def total(self) -> int:
        return coverage.length(self.duration or 0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the video that was played, in seconds of the video, and when it began by the client's clock."""

    start: float
    end: float
    at: datetime

    def split(self, second: int) -> tuple["Stretch | None", "Stretch"]:
        """Return the parts before and from `second`; the first is None if the stretch starts there."""
        if coverage.whole(self.start) >= second:
            return None, self
        return replace(self, end=float(second)), replace(self, start=float(second))


class Period(NamedTuple):
    """The period that a report can be about."""

    first: datetime
    last: datetime

    def clamp(self, at: datetime) -> datetime:
        """Return the time of the period that is closest to a client's time, in whole milliseconds and UTC."""
        return whole_milliseconds(min(max(at, self.first), self.last).astimezone(UTC))


class Part(NamedTuple):
    """A part of a stretch, and the reason why it was not credited; None if it was."""

    stretch: Stretch
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A player's report of a viewing; `seq` identifies it among the viewing's heartbeats."""

    seq: int
    client_time: datetime
    played: tuple[Stretch, ...] = ()
    position: float | None = None
    viewing: Viewing | None = None

    @property
    def slot(self) -> tuple[Path, int]:
        """The path and bit by which a record marks this heartbeat as seen."""
        return ("seen", self.viewing.key if self.viewing else NO_VIEWING), 1 << self.seq % KNOWN_HEARTBEATS
