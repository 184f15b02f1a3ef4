"""Whether a learner can hand in: deadlines to the millisecond, limits, and policies for another submission."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from bson import ObjectId

from learnstream.documents.assignment import HandIn, Release, Resubmit
from learnstream.models import SeatSource, SeatStatus
from learnstream.policies.seats import Seat
from learnstream.services.assignments.frozen import FrozenAssignment, Moment
from learnstream.services.homework import openness

DUE = datetime(2026, 3, 20, 18, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
SEAT = Seat(1, 7, "c", 1, SeatSource.SELF, (SeatSource.SELF,), SeatStatus.ACTIVE, DUE, DUE, None)
ASSIGNMENT = FrozenAssignment(
    id="a",
    course_id="c",
    lesson_id="l",
    instructions="",
    attachments=(),
    points=Decimal(10),
    due=Moment(at=DUE),
    accepted_until=Moment(at=DUE + timedelta(days=1)),
    late=None,
    kinds=frozenset(HandIn),
    max_files=5,
    max_bytes=1,
    types=(),
    max_length=1,
    attempts_allowed=None,
    resubmit=Resubmit.UNTIL_CLOSED,
    rubric=(),
    anonymous=False,
    release=Release.AT_ONCE,
    pass_fraction=Decimal("0.5"),
)


def made(state="submitted", number=1, released=None):
    return {"_id": ObjectId(), "number": number, "state": state, "files": [], "digest": "d", "released": released} | {
        "returned_at": None,
        "revision": 1,
    }


def reason(assignment, *found, at=DUE - TICK):
    problem = openness.of(assignment, SEAT, found, at).problem
    return problem and problem.code


@pytest.mark.parametrize(
    ("at", "expected"), [(timedelta(days=1), None), (timedelta(days=1) + TICK, "submission_closed")]
)
def test_at_the_end_exactly_is_in_time(at, expected):
    assert reason(ASSIGNMENT, at=DUE + at) == expected


ONE, GRADED, RETURNED = [made()], [made(released={"points": 1})], [made("returned")]


@pytest.mark.parametrize(
    ("resubmit", "found", "at", "expected"),
    [
        ("until_closed", ONE, DUE + TICK, None),
        ("until_closed", GRADED, DUE + TICK, None),
        ("until_due", ONE, DUE, None),
        ("until_due", ONE, DUE + TICK, "not_open_again"),
        ("until_due", [], DUE + TICK, None),
        ("until_due", RETURNED, DUE + TICK, None),
        ("until_graded", ONE, DUE + TICK, None),
        ("until_graded", GRADED, DUE, "not_open_again"),
        ("until_graded", [*GRADED, made(number=2)], DUE, "not_open_again"),
        ("until_graded", [made("returned", released={"points": 1})], DUE, None),
        ("when_returned", [], DUE, None),
        ("when_returned", ONE, DUE, "not_open_again"),
        ("when_returned", RETURNED, DUE, None),
        ("when_returned", [*RETURNED, made(number=2)], DUE, "not_open_again"),
        ("when_returned", [*RETURNED, made("draft", number=2)], DUE, None),
    ],
)
def test_another_submission_is_open_by_the_policy(resubmit, found, at, expected):
    assert reason(replace(ASSIGNMENT, resubmit=Resubmit(resubmit)), *found, at=at) == expected


def test_a_draft_and_what_was_returned_do_not_count():
    assignment = replace(ASSIGNMENT, attempts_allowed=2)
    found = [made("returned"), made(number=2), made("draft", number=3)]

    assert openness.of(assignment, SEAT, found, DUE).left == 1


def test_the_end_comes_before_the_limit_and_the_policy():
    assignment = replace(ASSIGNMENT, attempts_allowed=1, resubmit=Resubmit.WHEN_RETURNED)

    assert reason(assignment, made(), at=DUE + timedelta(days=2)) == "submission_closed"
    assert reason(assignment, made()) == "submissions_exhausted"


def test_nobody_hands_in_without_end():
    found = [made(number=number + 1) for number in range(openness.MOST_SUBMISSIONS)]

    assert reason(ASSIGNMENT, *found[:-1]) is None
    assert reason(ASSIGNMENT, *found) == "submissions_exhausted"
    long = replace(ASSIGNMENT, max_length=100_000)
    assert [reason(long, *found[:number]) for number in (19, 20)] == [None, "submissions_exhausted"]
