"""How far somebody has come in a course, from how far they have come in its lessons. Nothing here asks a store."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar


class LessonStanding(NamedTuple):
    """How far somebody has come in a lesson; `fraction` is the share of its video that they have watched."""

    fraction: float = 0.0
    completed_at: datetime | None = None

    @property
    def share(self) -> float:
        """What the lesson adds to its course: all of it once it is completed, whatever part of it was watched."""
        return 1.0 if self.completed_at else min(1.0, self.fraction)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody has come in a course or module; `fraction` is the mean of its lessons' shares.

    `completed_at` is when they completed the last lesson that was missing, None while one still is. Once that is noted
    of a course, it is completed for good, and wholly, whatever later versions add or take away.
    """

    lesson_count: int
    completed_count: int
    shares: float
    fraction: float
    completed_at: datetime | None


Key = TypeVar("Key", bound=Hashable)


def compute(
    lessons: Mapping[Key, LessonStanding], lesson_ids: Sequence[Key], *, completed_at: datetime | None = None
) -> Standing:
    """Return the standing in a course or module that has these lessons. Others that somebody once did count nothing.

    completed_at: when the course was completed, if that has been noted.
    """
    # What nobody began adds nothing.
    found = [lessons[lesson_id] for lesson_id in lesson_ids if lesson_id in lessons]
    times = [each.completed_at for each in found if each.completed_at]
    shares = round(sum([each.share for each in found]), 6)
    return Standing(
        lesson_count=len(lesson_ids),
        completed_count=len(times),
        shares=shares,
        fraction=1.0 if completed_at else fraction(shares, len(lesson_ids)),
        completed_at=completed_at or (max(times) if times and len(times) == len(lesson_ids) else None),
    )


def fraction(shares: float, lesson_count: int) -> float:
    """Return the mean of the shares of so many lessons."""
    return round(shares / lesson_count, 4) if lesson_count else 0.0
