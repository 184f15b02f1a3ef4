"""What another outline would mean for those who learn: foreseen from their course records, before anything happens.

Learners are taken in batches, and the store itself works out what each would gain or lose by the lessons that the two
outlines do not share: the time grows with the number of seats alone, and the memory does not grow.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import CourseProgress
from learnstream.extensions import db
from learnstream.models import Enrollment
from learnstream.services.delivery import syllabus
from learnstream.services.learning import course_totals

BATCH = 1000
# The most that the store is asked to look up in one go: learners times lessons.
LOOKUPS = 50_000
# Nobody waits longer than that for a count: after it, the learners who are left are not counted.
PATIENCE = 6.0  # seconds

Videos = Mapping[str, str | None]  # what the lessons of an outline show, by their ids
Expression = dict[str, Any]
Seat = tuple[int, bool]  # who has it, and whether they have completed the course
Sums = tuple[float, int]  # the shares of an outline's lessons, and how many of them are completed

NOTHING: tuple[Sums, Sums] = (0.0, 0), (0.0, 0)


@dataclass(frozen=True, slots=True)
class Stand:
    """How far somebody has come in a course."""

    fraction: float
    completed: bool
    completed_lessons: int
    lesson_count: int


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody whose percentage or completion would not be the same."""

    user_id: int
    version: int
    before: Stand
    after: Stand


@dataclass(slots=True)
class Forecast:
    """How many learners would stand elsewhere, and one page of them."""

    first: int
    size: int
    counted: int = 0
    changed: int = 0
    rising: int = 0
    falling: int = 0
    completing: int = 0
    page: list[Change] = field(default_factory=list)

    def count(self, change: Change) -> None:
        if self.first <= self.changed < self.first + self.size:
            self.page.append(change)
        self.changed += 1
        self.rising += change.after.fraction > change.before.fraction
        self.falling += change.after.fraction < change.before.fraction
        self.completing += change.after.completed and not change.before.completed


def foresee(course_id: str, versions: Mapping[int, int], outline: Videos, *, first: int, size: int) -> Forecast:
    """Say what would become of those who learn from these versions if they learned from this outline instead.

    versions: how many learn from each.
    """
    found = Forecast(first, size)
    until = time.monotonic() + PATIENCE
    for number, seats in sorted(versions.items()):
        before = _videos(course_id, number)
        apart = _apart(before, outline)
        if not apart:
            # Where the two agree in all that counts, nobody's standing depends on which it is.
            found.counted += seats
            continue
        for batch in _seats(course_id, number, max(1, min(BATCH, LOOKUPS // len(apart)))):
            if time.monotonic() > until:
                return found
            for change in _changes(course_id, number, before, outline, batch):
                found.count(change)
            found.counted += len(batch)
    return found


def _changes(course_id: str, number: int, before: Videos, after: Videos, batch: list[Seat]) -> Iterator[Change]:
    sums = _sums(course_id, number, [user_id for user_id, _ in batch], before, after)
    for user_id, completed in batch:
        old, new = sums.get(user_id, NOTHING)
        stood = _stand(*old, len(before), completed)
        stands = _stand(*new, len(after), stood.completed)
        if (stood.fraction, stood.completed) != (stands.fraction, stands.completed):
            yield Change(user_id, number, stood, stands)


def _stand(shares: float, count: int, lesson_count: int, completed: bool) -> Stand:
    completed = completed or 0 < lesson_count == count
    return Stand(
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


def _videos(course_id: str, number: int) -> Videos:
    return {lesson.id: lesson.video_id for lesson in syllabus.of(course_id, number).lessons}


def _sums(
    course_id: str, number: int, user_ids: list[int], before: Videos, after: Videos
) -> dict[int, tuple[Sums, Sums]]:
    """Return what learners' records add up to in two outlines. They were added up for a version: mostly the seat's."""
    found = _add(course_id, number, user_ids, before, after)
    if rest := [user_id for user_id in user_ids if user_id not in found]:
        for version in _others(course_id, rest):
            found |= _add(course_id, version, rest, before, after)
    return found


def _others(course_id: str, user_ids: list[int]) -> set[int]:
    """Return for which versions these learners' records were added up: of those who were moved a moment ago."""
    ids = [f"{user_id}:{course_id}" for user_id in user_ids]
    return {each["version"] for each in CourseProgress.collection().find({"_id": {"$in": ids}}, {"version": 1})}


def _add(
    course_id: str, version: int, user_ids: list[int], before: Videos, after: Videos
) -> dict[int, tuple[Sums, Sums]]:
    base = _videos(course_id, version)
    ids = [f"{user_id}:{course_id}" for user_id in user_ids]
    fields = {
        "user_id": 1,
        **_gained("before", base, before),
        **_gained("after", base, after),
    }
    pipeline = [{"$match": {"_id": {"$in": ids}, "version": version}}, {"$project": fields}]
    found = CourseProgress.collection().aggregate(pipeline, batchSize=BATCH + 1)
    return {each["user_id"]: (tuple(each["before"]), tuple(each["after"])) for each in found}


# How the store adds up: what a record says of its own version, and what would be gained by another outline.


def _gained(name: str, base: Videos, side: Videos) -> dict[str, list[Expression]]:
    apart = _apart(base, side)
    return {
        name: [
            {"$add": ["$shares", *_gains(apart, base, side, _share)]},
            {"$add": ["$completed_count", *_gains(apart, base, side, _completed)]},
        ]
    }


def _apart(one: Videos, other: Videos) -> list[str]:
    """Return the lessons that only one outline has, or that show another video in the other."""
    return [each for each in {**one, **other} if one.get(each, "none") != other.get(each, "none")]


def _gains(
    apart: Sequence[str], base: Videos, side: Videos, value: Callable[[str, str | None], Expression]
) -> Iterator[Expression]:
    for lesson_id in apart:
        if lesson_id in side:
            yield value(lesson_id, side[lesson_id])
        if lesson_id in base:
            yield {"$multiply": [-1, value(lesson_id, base[lesson_id])]}


def _share(lesson_id: str, video_id: str | None) -> Expression:
    """See `LessonStanding.share`."""
    watched = {"$ifNull": [f"$lessons.{lesson_id}.v.{video_id}", 0]} if video_id else 0
    return {"$cond": [_is_completed(lesson_id), 1, {"$min": [1, watched]}]}


def _completed(lesson_id: str, _: str | None) -> Expression:
    return {"$cond": [_is_completed(lesson_id), 1, 0]}


def _is_completed(lesson_id: str) -> Expression:
    return {"$gt": [f"$lessons.{lesson_id}.c", None]}
