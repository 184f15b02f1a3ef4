"""The extra time and attempts that a learner has in a quiz, and the extra time for homework."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

STANDARD = Decimal(1)  # the time factor of learners without accommodations


@dataclass(frozen=True, slots=True)
class Allowance:
    """A learner's accommodations in one quiz. By default, none.

    They only ever add: a quiz's own settings hold where they are more generous.
    """

    time_factor: Decimal = STANDARD
    extra_seconds: int = 0
    extra_attempts: int = 0
    closes_at: datetime | None = None

    def time_limit(self, seconds: int) -> int:
        """Return the learner's time limit in whole seconds, of a quiz with a limit of `seconds`."""
        scaled = (seconds * self.time_factor).to_integral_value(ROUND_CEILING)
        return int(scaled) + self.extra_seconds

    def closing(self, closes_at: datetime | None, time_limit: int | None) -> datetime | None:
        """Return when a quiz closes for the learner; None if it never does.

        It closes later by the time that they have beyond its limit, so that those who start last have all of it.

        closes_at: when it closes for learners without accommodations.
        time_limit: the quiz's, in seconds.
        """
        if closes_at is None:
            return None
        later = closes_at + timedelta(seconds=self.time_limit(time_limit or 0) - (time_limit or 0))
        return max(later, self.closes_at or later)

    def attempts(self, allowed: int | None) -> int | None:
        """Return how many attempts the learner has, of a quiz that allows so many; None if there is no limit."""
        return None if allowed is None else allowed + self.extra_attempts


@dataclass(frozen=True, slots=True)
class Extension:
    """Until when a learner has time in the homework of one lesson. By default, as long as everyone.

    It only ever adds: the homework's own times hold where they are later, or where there is no limit.
    """

    due_at: datetime | None = None
    accepted_until: datetime | None = None

    def due(self, due_at: datetime | None) -> datetime | None:
        """Return when homework is due for the learner that is due at that time for everyone; None if it never is."""
        return due_at and max(due_at, self.due_at or due_at)

    def acceptance(self, accepted_until: datetime | None, due_at: datetime | None) -> datetime | None:
        """Return until when it is accepted from the learner, which is no earlier than it is due; None for no end.

        due_at: when it is due for the learner.
        """
        return accepted_until and max(filter(None, (accepted_until, self.accepted_until, due_at)))


NOT_EXTENDED = Extension()
