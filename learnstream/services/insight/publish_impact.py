"""What another outline would mean for those who learn: foreseen from their course records, before anything happens.

Learners are taken in batches, and the store itself works out what each would gain or lose by the lessons that the two
outlines do not share: the time grows with the number of seats alone, and the memory does not grow.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import CourseProgress
from learnstream.extensions import db
from learnstream.models import Enrollment
from learnstream.services.authoring.completion_rules import Completion, Rule
from learnstream.services.delivery import syllabus
from learnstream.services.delivery.syllabus import Syllabus
from learnstream.services.insight import publish_access
from learnstream.services.insight.publish_access import NOT_SHUT
from learnstream.services.learning import course_totals, rule_changes

BATCH = 1000
# The most that the store is asked to look up in one go: learners times lessons.
LOOKUPS = 50_000
# Nobody waits longer than that for a count: after it, the learners who are left are not counted.
PATIENCE = 6.0  # seconds


class Shown(NamedTuple):
    """What decides of a lesson how far its learners are: the video it shows, and the rule that completes it."""

    video_id: str | None
    completion: Completion


Outline = Mapping[str, Shown]  # by the lessons' ids
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
    """Somebody whose percentage, completion or open lessons would not be the same, or would not without having begun."""

    user_id: int
    version: int
    before: Stand
    after: Stand
    kept_open: list[str]  # lessons, begun before, that a new condition would have shut
    closing: list[str]  # lessons that it shuts


@dataclass(frozen=True)
class Step:
    """The way from a version to another outline."""

    old: Syllabus
    new: Syllabus

    @cached_property
    def before(self) -> Outline:
        return _outline(self.old)

    @cached_property
    def after(self) -> Outline:
        return _outline(self.new)

    @cached_property
    def lookups(self) -> int:
        """How much has to be looked up of each learner; 0 if nothing that concerns them differs."""
        return len(_apart(self.before, self.after)) + publish_access.lookups(self.old, self.new)


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


def foresee(course_id: str, versions: Mapping[int, int], draft: Syllabus, *, first: int, size: int) -> Forecast:
    """Say what would become of those who learn from these versions if they learned from the draft instead.

    versions: how many learn from each.
    """
    found = Forecast(first, size)
    until = time.monotonic() + PATIENCE
    for number, seats in sorted(versions.items()):
        step = Step(syllabus.of(course_id, number), draft)
        if not step.lookups:
            # Where the two agree in all that counts, nobody's standing depends on which it is.
            found.counted += seats
            continue
        for batch in _seats(course_id, number, max(1, min(BATCH, LOOKUPS // step.lookups))):
            if time.monotonic() > until:
                return found
            for change in _changes(step, batch):
                found.count(change)
            found.counted += len(batch)
    return found


def _changes(step: Step, batch: list[Seat]) -> Iterator[Change]:
    number, before, after = step.old.number, step.before, step.after
    user_ids = [user_id for user_id, _ in batch]
    sums = _sums(step.old.course_id, number, user_ids, before, after)
    shut = publish_access.foresee(step.old, step.new, user_ids)
    for user_id, completed in batch:
        old, new = sums.get(user_id, NOTHING)
        stood = _stand(*old, len(before), completed)
        stands = _stand(*new, len(after), stood.completed)
        closed = shut.get(user_id, NOT_SHUT)
        if (stood.fraction, stood.completed) != (stands.fraction, stands.completed) or closed != NOT_SHUT:
            yield Change(user_id, number, stood, stands, closed.kept_open, closed.closing)


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


def _outline(version: Syllabus) -> Outline:
    return {lesson.id: Shown(lesson.video_id, lesson.completion) for lesson in version.lessons}


def _sums(
    course_id: str, number: int, user_ids: list[int], before: Outline, after: Outline
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
    course_id: str, version: int, user_ids: list[int], before: Outline, after: Outline
) -> dict[int, tuple[Sums, Sums]]:
    base = _outline(syllabus.of(course_id, version))
    ids = [f"{user_id}:{course_id}" for user_id in user_ids]
    fields = {
        "user_id": 1,
        **_gained("before", base, before, moved=False),
        **_gained("after", base, after, moved=True),
    }
    pipeline = [{"$match": {"_id": {"$in": ids}, "version": version}}, {"$project": fields}]
    found = CourseProgress.collection().aggregate(pipeline, batchSize=BATCH + 1)
    return {each["user_id"]: (tuple(each["before"]), tuple(each["after"])) for each in found}


# How the store adds up: what a record says of its own version, and what would be gained by another outline.


def _gained(name: str, base: Outline, side: Outline, *, moved: bool) -> dict[str, list[Expression]]:
    """moved: whether the learner comes to that outline, whose rules are then applied to what they have done."""
    apart = _apart(base, side)
    return {
        name: [
            {"$add": ["$shares", *_gains(apart, base, side, _share, moved)]},
            {"$add": ["$completed_count", *_gains(apart, base, side, _count, moved)]},
        ]
    }


def _apart(one: Outline, other: Outline) -> list[str]:
    """Return the lessons that only one outline has, or that show another video or are completed otherwise in the other."""
    return [each for each in {**one, **other} if one.get(each) != other.get(each)]


def _gains(
    apart: Sequence[str],
    base: Outline,
    side: Outline,
    value: Callable[[str, Shown, bool], Expression],
    moved: bool,
) -> Iterator[Expression]:
    for lesson_id in apart:
        if lesson_id in side:
            yield value(lesson_id, side[lesson_id], moved)
        if lesson_id in base:
            yield {"$multiply": [-1, value(lesson_id, base[lesson_id], False)]}


def _share(lesson_id: str, shown: Shown, moved: bool) -> Expression:
    """See `LessonStanding.share`."""
    return {"$cond": [_is_completed(lesson_id, shown, moved), 1, {"$min": [1, _watched(lesson_id, shown)]}]}


def _count(lesson_id: str, shown: Shown, moved: bool) -> Expression:
    return {"$cond": [_is_completed(lesson_id, shown, moved), 1, 0]}


def _watched(lesson_id: str, shown: Shown) -> Expression | int:
    return {"$ifNull": [f"$lessons.{lesson_id}.v.{shown.video_id}", 0]} if shown.video_id else 0


def _is_completed(lesson_id: str, shown: Shown, moved: bool) -> Expression:
    """See `rule_changes.may_complete`."""
    noted: Expression = {"$gt": [f"$lessons.{lesson_id}.c", None]}
    rule = shown.completion.rule
    if moved and rule is Rule.WATCHED:
        enough = (shown.completion.threshold or 0) - rule_changes.ROUNDING
        return {"$or": [noted, {"$gte": [_watched(lesson_id, shown), enough]}]}
    if moved and rule is Rule.OPENED:
        return {"$or": [noted, {"$gt": [f"$lessons.{lesson_id}.b", None]}]}
    return noted
