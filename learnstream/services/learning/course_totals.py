"""Computes a learner's progress in a course from their progress in its lessons, without store access."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar


class LessonStanding(NamedTuple):
    """A learner's progress in a lesson; `fraction` is the share of its video that they have watched."""

    fraction: float = 0.0
    completed_at: datetime | None = None

    @property
    def share(self) -> float:
        """The lesson's contribution to its course's progress: 1 once completed, else the watched fraction."""
        return 1.0 if self.completed_at else min(1.0, self.fraction)


@dataclass(frozen=True, slots=True)
class Standing:
    """A learner's progress in a course or module; `fraction` is the mean of its lessons' shares.

    `completed_at` is when they completed the last remaining lesson, None until then. Once stored for a course, the
    course stays completed with a fraction of 1, whatever later versions add or remove.
    """

    lesson_count: int
    completed_count: int
    shares: float
    fraction: float
    completed_at: datetime | None


Key = TypeVar("Key", bound=Hashable)


def compute(
    lessons: Mapping[Key, LessonStanding],
    lesson_ids: Sequence[Key],
    *,
    completed_at: datetime | None = None,
    needs_more: bool = False,
) -> Standing:
    """Return the standing in a course or module with these lessons; standings in other lessons are ignored.

    completed_at: when the course was completed, if that is stored already.
    needs_more: completing it takes more than these lessons, so that only what is stored tells.
    """
    # Lessons without a standing contribute 0.
    found = [lessons[lesson_id] for lesson_id in lesson_ids if lesson_id in lessons]
    times = [each.completed_at for each in found if each.completed_at]
    shares = round(sum([each.share for each in found]), 6)
    return Standing(
        lesson_count=len(lesson_ids),
        completed_count=len(times),
        shares=shares,
        fraction=1.0 if completed_at else fraction(shares, len(lesson_ids)),
        completed_at=completed_at or (None if needs_more else _last(times, len(lesson_ids))),
    )


def _last(times: Sequence[datetime], lesson_count: int) -> datetime | None:
    """Return when the last of all lessons was completed; None if some are not."""
    return max(times) if times and len(times) == lesson_count else None


def fraction(shares: float, lesson_count: int) -> float:
    """Return the mean share per lesson."""
    return round(shares / lesson_count, 4) if lesson_count else 0.0
