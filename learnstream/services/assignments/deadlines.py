"""Deadlines of homework, and what lateness takes: pure functions of its settings, the learner's seat and times.

Lateness is that of handing in; when it was marked makes no difference.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from learnstream.clock import whole_milliseconds
from learnstream.policies.seats import Seat

HUNDRED, UNIT = Decimal(100), Decimal("0.0001")  # points have four decimal places
SECOND = timedelta(seconds=1)


class Moment(Protocol):
    """An instant, or a number of days after the learner's start in the course."""

    @property
    def at(self) -> datetime | None: ...
    @property
    def after_days(self) -> int | None: ...


class Late(Protocol):
    """What each begun period of lateness takes of the points earned, in percent, and how much always remains."""

    @property
    def percent(self) -> Decimal: ...
    @property
    def per(self) -> timedelta: ...
    @property
    def floor_percent(self) -> Decimal: ...


class Timed(Protocol):
    """The settings of homework that deadlines depend on."""

    @property
    def lesson_id(self) -> str: ...
    @property
    def due(self) -> Moment | None: ...
    @property
    def accepted_until(self) -> Moment | None: ...


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When homework is due for a learner, and until when it is accepted from them; None for no limit."""

    due_at: datetime | None
    accepted_until: datetime | None


def deadlines(assignment: Timed, seat: Seat) -> Deadlines:
    """Return a learner's deadlines, with their extensions.

    Days are counted from the start from which the course's releases count them.
    """
    extension = seat.extension(assignment.lesson_id)
    due_at = extension.due(_instant(assignment.due, seat))
    accepted_until = extension.acceptance(_instant(assignment.accepted_until, seat), due_at)
    # As MongoDB stores them: otherwise each computation of lateness would find other deadlines than the stored ones.
    return Deadlines(due_at and whole_milliseconds(due_at), accepted_until and whole_milliseconds(accepted_until))


def _instant(moment: Moment | None, seat: Seat) -> datetime | None:
    if moment is None:
        return None
    return moment.at or seat.drip_from + timedelta(days=moment.after_days or 0)


def late_seconds(submitted_at: datetime, due_at: datetime | None) -> int:
    """Return by how many begun seconds homework came late; 0 at the due time exactly, and without one."""
    return 0 if due_at is None else max(0, -((due_at - submitted_at) // SECOND))


def penalty(late: Late | None, seconds: int) -> Decimal:
    """Return what so many seconds of lateness take of the points earned, in percent."""
    if late is None or seconds <= 0:
        return Decimal(0)
    begun = -(timedelta(seconds=-seconds) // late.per)
    return min(late.percent * begun, HUNDRED - late.floor_percent)


def reduced(points: Decimal, percent: Decimal) -> Decimal:
    """Return what remains of points that a percentage is taken of, rounded half up to four decimal places."""
    return (points * (HUNDRED - percent) / HUNDRED).quantize(UNIT, ROUND_HALF_UP)
