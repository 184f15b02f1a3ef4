"""The little that a rule needs to know, read fast and passed around frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from learnstream.documents import CourseStatus
from learnstream.models import Role, SeatSource, SeatStatus

if TYPE_CHECKING:
    from learnstream.policies.gates import Gate


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, as the access token and the session's facts say."""

    id: int
    role: Role
    session_id: UUID

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


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
    expires_at: datetime | None
    completed_at: datetime | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)

    def expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course as rules see it."""

    id: str
    status: CourseStatus
    instructor_ids: tuple[int, ...]
    current_version: int

    @property
    def is_public(self) -> bool:
        """Hold for a course that the catalogue shows."""
        return self.status is CourseStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson as rules see it. `course` is None for an administrator's upload that no course has yet.

    `gate` says when it opens to learners; a draft has none.
    """

    id: str
    course: CourseView | None
    free_preview: bool
    gate: "Gate | None" = None
