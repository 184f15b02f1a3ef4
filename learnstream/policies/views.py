"""The little that a rule needs to know, read fast and passed around frozen."""

from dataclasses import dataclass
from uuid import UUID

from learnstream.documents import CourseStatus
from learnstream.models import Role
from learnstream.policies.gates import Gate


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, as the access token and the session's facts say. `issued_at` is the token's, in epoch seconds."""

    id: int
    role: Role
    session_id: UUID
    issued_at: float

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course as rules see it."""

    id: str
    status: CourseStatus
    instructor_ids: tuple[int, ...]
    current_version: int
    max_playback_rate: float | None = None

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
    gate: Gate | None = None
