"""Enrollments as policies see them: immutable and cheap to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from learnstream.models import SeatSource, SeatStatus
from learnstream.policies.allowances import NOT_EXTENDED, STANDARD, Allowance, Extension


@dataclass(frozen=True, slots=True)
class Override:
    """An exception granted to a learner for a lesson or module; without `unlocks_at`, its release applies."""

    unlocks_at: datetime | None
    without_prerequisites: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A learner's enrollment in a course, with their exceptions by the ids of lessons and modules.

    `allowances` has the quizzes with accommodations of their own; `time_factor` holds in all of them. `extensions` has
    the lessons whose homework the learner may hand in later.
    """

    id: int
    user_id: int
    course_id: str
    course_version: int
    source: SeatSource  # the reason that holds longest
    sources: tuple[SeatSource, ...]
    status: SeatStatus
    enrolled_at: datetime
    drip_from: datetime  # the start from which a release counts days: the first enrollment, or a restart
    expires_at: datetime | None
    ended_at: datetime | None = None  # when it was withdrawn or revoked
    next_change_at: datetime | None = None  # when these facts must be derived anew from the seat's grants
    completed_at: datetime | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)
    time_factor: Decimal = STANDARD
    allowances: Mapping[str, Allowance] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)

    @property
    def place(self) -> tuple[datetime, int]:
        """The sort key among the learner's seats, which are listed newest first."""
        return self.enrolled_at, self.id

    @property
    def end(self) -> datetime | None:
        """When access to the course ended or will end: the earliest of expiry, withdrawal and revocation."""
        return min(filter(None, (self.expires_at, self.ended_at)), default=None)

    def was_open(self, at: datetime) -> bool:
        """True if access to the course had not ended at that instant."""
        return self.end is None or at < self.end

    def is_due(self, at: datetime) -> bool:
        """True if a grant has begun or ended since these facts were derived."""
        return self.next_change_at is not None and self.next_change_at <= at

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    def allowance(self, lesson_id: str) -> Allowance:
        """Return the learner's accommodations in the quiz of a lesson."""
        return self.allowances.get(lesson_id) or Allowance(time_factor=self.time_factor)

    def extension(self, lesson_id: str) -> Extension:
        """Return the learner's extension in the homework of a lesson."""
        return self.extensions.get(lesson_id, NOT_EXTENDED)
