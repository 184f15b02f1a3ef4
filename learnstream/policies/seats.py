"""Seats as rules see them: read fast, passed around frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from learnstream.models import SeatSource, SeatStatus


@dataclass(frozen=True, slots=True)
class Override:
    """What one learner was granted of a lesson or module; `unlocks_at` is None where its release stays as it is."""

    unlocks_at: datetime | None
    without_prerequisites: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A learner's place in a course, with what was granted to them alone by the ids of lessons and modules."""

    id: int
    user_id: int
    course_id: str
    course_version: int
    source: SeatSource
    status: SeatStatus
    enrolled_at: datetime
    drip_from: datetime  # when the days of a release begin to count: with the first enrolment, or a restart
    expires_at: datetime | None
    ended_at: datetime | None = None  # when it was withdrawn or revoked
    completed_at: datetime | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among its learner's seats, of which the newest come first."""
        return self.enrolled_at, self.id

    @property
    def end(self) -> datetime | None:
        """When the right to the course ended or will end: the earliest of expiry, withdrawal and revocation."""
        return min(filter(None, (self.expires_at, self.ended_at)), default=None)

    def was_open(self, at: datetime) -> bool:
        """Say whether the right to the course had not ended at that instant."""
        return self.end is None or at < self.end

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at
