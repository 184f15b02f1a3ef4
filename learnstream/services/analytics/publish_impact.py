"""Predicts the effect of another outline on learners from their course records, without changing anything.

Learners are processed in batches, and MongoDB computes what each would gain or lose by the lessons in which the two
outlines differ: the time grows with the number of enrollments alone, and the memory does not grow.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from learnstream.clock import now
from learnstream.models import Enrollment
from learnstream.services.analytics import publish_access, publish_sums
from learnstream.services.analytics.publish_access import NONE_UNMET
from learnstream.services.analytics.publish_sums import Outline
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Syllabus
from learnstream.services.learning import course_totals
from learnstream.stores.sql import db

BATCH = 1000
# The most lookups in one MongoDB query: learners times lessons.
LOOKUPS = 50_000
# The time limit of a count: learners who are left after it are not counted.
TIME_LIMIT = 6.0  # seconds


Seat = tuple[int, bool]  # a user id, and whether they have completed the course


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """A learner's progress in a course."""

    fraction: float
    completed: bool
    completed_lessons: int
    lesson_count: int


@dataclass(frozen=True, slots=True)
class Change:
    """A learner whose percentage, completion or open lessons would change, or would but for lessons they have begun."""

    user_id: int
    version: int
    before: CourseStanding
    after: CourseStanding
    kept_open: list[str]  # lessons that a new condition would close, had they not been begun
    closing: list[str]  # lessons that a new condition closes


@dataclass(frozen=True, slots=True)
class Move:
    """The move from a version to another outline."""

    old: Syllabus
    new: Syllabus
    before: Outline
    after: Outline
    lookups: int  # for each learner; 0 if nothing that concerns them differs

    @classmethod
    def between(cls, old: Syllabus, new: Syllabus) -> "Move":
        before, after = publish_sums.outline_of(old), publish_sums.outline_of(new)
        lookups = len(publish_sums.differences(before, after)) + publish_access.lookups(old, new)
        return cls(old, new, before, after, lookups)


@dataclass(slots=True)
class Forecast:
    """The number of learners who would be affected, and one page of them."""

    first: int
    size: int
    counted: int = 0
    changed: int = 0
    rising: int = 0
    falling: int = 0
    completing: int = 0
    kept_open: int = 0
    closing: int = 0
    page: list[Change] = field(default_factory=list)

    def count(self, change: Change) -> None:
        if self.first <= self.changed < self.first + self.size:
            self.page.append(change)
        self.changed += 1
        self.rising += change.after.fraction > change.before.fraction
        self.falling += change.after.fraction < change.before.fraction
        self.completing += change.after.completed and not change.before.completed
        self.kept_open += bool(change.kept_open)
        self.closing += bool(change.closing)


def predict(course_id: str, versions: Mapping[int, int], draft: Syllabus, *, first: int, size: int) -> Forecast:
    """Predict the effect of moving the learners of these versions to the draft.

    versions: the number of learners of each.
    """
    found = Forecast(first, size)
    until = time.monotonic() + TIME_LIMIT
    for number, seats in sorted(versions.items()):
        move = Move.between(syllabus.get(course_id, number), draft)
        if not move.lookups:
            # Where nothing that counts differs, no learner's progress changes.
            found.counted += seats
            continue
        for batch in _seats(course_id, number, max(1, min(BATCH, LOOKUPS // move.lookups))):
            if time.monotonic() > until:
                return found
            for change in _changes(move, batch):
                found.count(change)
            found.counted += len(batch)
    return found


def _changes(move: Move, batch: list[Seat]) -> Iterator[Change]:
    number, before, after = move.old.number, move.before, move.after
    user_ids = [user_id for user_id, _ in batch]
    sums = publish_sums.compute(move.old.course_id, number, user_ids, before, after)
    unmet = publish_access.predict(move.old, move.new, user_ids)
    for user_id, completed in batch:
        old, new = sums.get(user_id, publish_sums.NOTHING)
        current = _standing(*old, len(before), completed)
        predicted = _standing(*new, len(after), current.completed)
        conditions = unmet.get(user_id, NONE_UNMET)
        differs = (current.fraction, current.completed) != (predicted.fraction, predicted.completed)
        if differs or conditions != NONE_UNMET:
            yield Change(user_id, number, current, predicted, conditions.kept_open, conditions.closing)


def _standing(shares: float, count: int, lesson_count: int, completed: bool) -> CourseStanding:
    completed = completed or 0 < lesson_count == count
    return CourseStanding(
        1.0 if completed else course_totals.fraction(round(shares, 6), lesson_count), completed, count, lesson_count
    )


def _seats(course_id: str, number: int, batch_size: int) -> Iterator[list[Seat]]:
    live = select(Enrollment.user_id, Enrollment.completed_at.is_not(None).label("completed")).where(
        Enrollment.course_id == course_id, Enrollment.course_version == number, Enrollment.is_live(now())
    )
    last = 0
    while batch := db.session.execute(
        live.where(Enrollment.user_id > last).order_by(Enrollment.user_id).limit(batch_size)
    ).all():
        yield [(row.user_id, row.completed) for row in batch]
        last = batch[-1].user_id
