"""What clients report of watching, and about which lesson."""

import enum
from dataclasses import dataclass
from datetime import datetime

from learnstream.documents import LessonKind
from learnstream.services.authoring.completion_rules import Completion
from learnstream.services.delivery.viewings import Viewing
from learnstream.services.learning import coverage

KNOWN_HEARTBEATS = 4096  # of a viewing that are told from their repeats: eleven hours, one every ten seconds
NO_VIEWING = "none"

Path = tuple[str, ...]


class Reason(enum.StrEnum):
    """Why a stretch was not credited."""

    OVER_BUDGET = "over_budget"
    BEYOND_END = "beyond_end"
    BEFORE_RESET = "before_reset"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True)
class About:
    """Whose record of what it is; `version` is the course's, `video_id` and `duration` are of the video at hand.

    `seat_since` is when the learner's seat began; None without one, as for a free preview.
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

    @property
    def id(self) -> str:
        return f"{self.user_id}:{self.lesson_id}"

    @property
    def total(self) -> int:
        return coverage.length(self.duration or 0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the video that was played, in its seconds, and when that began by the client's clock."""

    start: float
    end: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a client reports of a viewing; `seq` tells its heartbeats apart."""

    seq: int
    client_time: datetime
    played: tuple[Stretch, ...] = ()
    position: float | None = None
    viewing: Viewing | None = None

    @property
    def slot(self) -> tuple[Path, int]:
        """Where a record keeps that it has seen this heartbeat."""
        return ("seen", self.viewing.key if self.viewing else NO_VIEWING), 1 << self.seq % KNOWN_HEARTBEATS
