"""Learners' grades in a course with their totals, as the learners themselves or staff see them: all figures come from here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from learnstream.models import GradeKind
from learnstream.policies.seats import Seat
from learnstream.services.assessment import review
from learnstream.services.assignments import anonymity
from learnstream.services.grades import entries, gradebook, records, schemes
from learnstream.services.grades.entries import Mark
from learnstream.services.grades.gradebook import Total
from learnstream.services.grades.records import Record
from learnstream.services.grades.schemes import Scheme

Pair = tuple[int, str]  # a user and a lesson
NO_RECORDS: Mapping[str, Record] = {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A learner's grades in their version of a course, in its order, and their total."""

    seat: Seat
    scheme: Scheme
    marks: tuple[Mark, ...]
    total: Total


def for_learners(course_id: str, seats: Sequence[Seat], at: datetime) -> list[Sheet]:
    """Return the sheets of learners of a course, each as the learner sees it."""
    found = records.of_learners(course_id, [seat.user_id for seat in seats])
    return _shown(seats, {(user_id, course_id): each for user_id, each in found.items()}, at)


def of_learner(user_id: int, seats: Sequence[Seat], at: datetime) -> list[Sheet]:
    """Return the sheets of a learner in the courses of their seats, as they see them."""
    found = records.of_learner(user_id, [seat.course_id for seat in seats]) if seats else {}
    return _shown(seats, {(user_id, course_id): each for course_id, each in found.items()}, at)


def for_staff(course_id: str, seats: Sequence[Seat], at: datetime) -> list[Sheet]:
    """Return the sheets of learners of a course as its staff see them."""
    found = records.of_learners(course_id, [seat.user_id for seat in seats])
    anonymous = _anonymous(record for each in found.values() for record in each.values())
    known = {number: schemes.of(course_id, number) for number in {seat.course_version for seat in seats}}
    return [
        _for_staff(known[seat.course_version], seat, found.get(seat.user_id, NO_RECORDS), anonymous, at)
        for seat in seats
    ]


def _shown(seats: Sequence[Seat], found: Mapping[Pair, Mapping[str, Record]], at: datetime) -> list[Sheet]:
    known = schemes.of_many({(seat.course_id, seat.course_version) for seat in seats})
    pairs = [(seat, known[seat.course_id, seat.course_version]) for seat in seats]
    shown = review.scores_shown(
        [(seat, each.quiz) for seat, scheme in pairs for each in scheme.lessons if each.quiz], at
    )
    return [
        _for_learner(scheme, seat, found.get((seat.user_id, seat.course_id), NO_RECORDS), shown, at)
        for seat, scheme in pairs
    ]


def _for_learner(
    scheme: Scheme, seat: Seat, found: Mapping[str, Record], shown: Collection[Pair], at: datetime
) -> Sheet:
    return _sheet(
        scheme,
        seat,
        (
            entries.for_learner(each, found.get(each.id), seat, at, shown=(seat.user_id, each.id) in shown)
            for each in scheme.lessons
        ),
    )


def _for_staff(
    scheme: Scheme, seat: Seat, found: Mapping[str, Record], anonymous: Collection[Pair], at: datetime
) -> Sheet:
    return _sheet(
        scheme,
        seat,
        (
            entries.for_staff(each, found.get(each.id), seat, at, anonymous=(seat.user_id, each.id) in anonymous)
            for each in scheme.lessons
        ),
    )


def _sheet(scheme: Scheme, seat: Seat, found: Iterable[Mark]) -> Sheet:
    marks = tuple(found)
    return Sheet(seat, scheme, marks, gradebook.total(scheme.grading, [mark.entry for mark in marks]))


def _anonymous(found: Iterable[Record]) -> set[Pair]:
    """Return whose grades in which lessons staff must not see by name. With released grades, it is none."""
    asked = {
        (ObjectId(each.lesson_id), each.user_id)
        for each in found
        if each.kind == GradeKind.ASSIGNMENT and each.is_handed_in and not each.is_released
    }
    return {(user_id, str(lesson_id)) for lesson_id, user_id in anonymity.hidden(asked)}
