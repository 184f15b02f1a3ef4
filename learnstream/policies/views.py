"""The attributes that policies need, as immutable views that are cheap to read."""

from dataclasses import dataclass
from uuid import UUID

from learnstream.documents import CourseStatus
from learnstream.models import Role
from learnstream.policies.gates import Gate


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated client, from its access token and session. `issued_at` is the token's, in epoch seconds.

    `needs_second_factor`: the role requires one, and the account has none. `subject_ids` are the subjects that they teach.
    """

    id: int
    role: Role
    session_id: UUID
    issued_at: float
    needs_second_factor: bool = False
    subject_ids: frozenset[int] = frozenset()

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course as policies see it."""

    id: str
    status: CourseStatus
    instructor_ids: tuple[int, ...]
    current_version: int
    max_playback_rate: float | None = None
    subject_id: int | None = None

    @property
    def is_public(self) -> bool:
        """True if the course is listed in the catalogue."""
        return self.status is CourseStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson as policies see it. `course` is None for an administrator's upload not yet attached to a course.

    `gate` holds its conditions for learners; a draft has none.
    """

    id: str
    course: CourseView | None
    free_preview: bool
    gate: Gate | None = None
