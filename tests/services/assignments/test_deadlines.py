"""Deadlines of homework, and what lateness takes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.models import SeatSource, SeatStatus
from learnstream.policies.allowances import Extension
from learnstream.policies.seats import Seat
from learnstream.services.assignments.deadlines import Deadlines, deadlines, late_seconds, penalty, reduced

LESSON = "0123456789abcdef01234567"
START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
DUE = datetime(2026, 4, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    at: datetime | None = None
    after_days: int | None = None


@dataclass(frozen=True)
class Late:
    percent: Decimal = Decimal(10)
    per: timedelta = DAY
    floor_percent: Decimal = Decimal(0)


@dataclass(frozen=True)
class Homework:
    due: Moment | None = Moment(at=DUE)
    accepted_until: Moment | None = Moment(at=DUE + 3 * DAY)
    lesson_id: str = LESSON


SEAT = Seat(
    id=1,
    user_id=1,
    course_id=LESSON,
    course_version=1,
    source=SeatSource.SELF,
    sources=(SeatSource.SELF,),
    status=SeatStatus.ACTIVE,
    enrolled_at=START + DAY,
    drip_from=START,
    expires_at=None,
)


def extended(**times):
    return replace(SEAT, extensions={LESSON: Extension(**times)}, time_factor=Decimal(2))


@pytest.mark.parametrize(
    ("homework", "expected"),
    [
        (Homework(), Deadlines(DUE, DUE + 3 * DAY)),
        (Homework(due=None, accepted_until=None), Deadlines(None, None)),
        (Homework(accepted_until=None), Deadlines(DUE, None)),
        (Homework(due=None), Deadlines(None, DUE + 3 * DAY)),
        (Homework(Moment(after_days=7), Moment(after_days=9)), Deadlines(START + 7 * DAY, START + 9 * DAY)),
        (Homework(due=Moment(after_days=0), accepted_until=None), Deadlines(START, None)),
    ],
)
def test_deadlines_are_instants_or_days_after_the_start_in_the_course(homework, expected):
    assert deadlines(homework, SEAT) == expected


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ({"due_at": DUE + DAY}, Deadlines(DUE + DAY, DUE + 3 * DAY)),
        ({"due_at": DUE + 5 * DAY}, Deadlines(DUE + 5 * DAY, DUE + 5 * DAY)),
        ({"accepted_until": DUE + 7 * DAY}, Deadlines(DUE, DUE + 7 * DAY)),
        ({"due_at": DUE + 6 * DAY, "accepted_until": DUE + 4 * DAY}, Deadlines(DUE + 6 * DAY, DUE + 6 * DAY)),
        ({"due_at": DUE - DAY, "accepted_until": DUE - DAY}, Deadlines(DUE, DUE + 3 * DAY)),
    ],
)
def test_an_extension_only_adds(extension, expected):
    assert deadlines(Homework(), extended(**extension)) == expected


def test_an_extension_sets_no_limit_where_there_is_none():
    seat = extended(due_at=DUE, accepted_until=DUE)

    assert deadlines(Homework(due=None, accepted_until=None), seat) == Deadlines(None, None)


def test_an_extension_of_another_lesson_changes_nothing():
    seat = replace(SEAT, extensions={"f" * 24: Extension(due_at=DUE + DAY)})

    assert deadlines(Homework(), seat) == deadlines(Homework(), SEAT)


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        (-DAY, 0),
        (timedelta(0), 0),
        (timedelta(milliseconds=1), 1),
        (timedelta(seconds=1), 1),
        (timedelta(seconds=1, milliseconds=1), 2),
        (DAY, 86_400),
    ],
)
def test_at_the_due_time_exactly_is_in_time(after, seconds):
    assert late_seconds(DUE + after, DUE) == seconds


def test_nothing_is_late_without_a_due_time():
    assert late_seconds(DUE, None) == 0


@pytest.mark.parametrize(
    ("late", "seconds", "percent"),
    [
        (None, 10**6, 0),
        (Late(), 0, 0),
        (Late(), 1, 10),
        (Late(), 86_400, 10),
        (Late(), 86_401, 20),
        (Late(per=HOUR), 86_400, 100),
        (Late(floor_percent=Decimal(40)), 10**7, 60),
        (Late(percent=Decimal("0.5"), per=HOUR), 3_601, 1),
        (Late(percent=Decimal(80), floor_percent=Decimal(50)), 1, 50),
    ],
)
def test_each_begun_period_takes_its_percentage_down_to_the_floor(late, seconds, percent):
    assert penalty(late, seconds) == percent


def test_what_remains_is_rounded_half_up_to_four_places():
    assert reduced(Decimal("0.0001"), Decimal(50)) == Decimal("0.0001")
    assert reduced(Decimal("7.3333"), Decimal("12.5")) == Decimal("6.4166")
    assert reduced(Decimal(10), Decimal(0)) == Decimal(10)
    assert reduced(Decimal(10), Decimal(100)) == 0


def places(low, high, digits=4):
    return st.decimals(low, high, places=digits, allow_nan=False, allow_infinity=False)


LATE = st.builds(Late, places(0, 100), st.sampled_from([HOUR, DAY]), places(0, 100))
SECONDS = st.integers(0, 10**9)


@given(LATE, SECONDS, SECONDS, places(0, 10_000))
def test_more_lateness_never_leaves_more_and_the_floor_always_remains(late, some, more, points):
    sooner, later = (reduced(points, penalty(late, seconds)) for seconds in (some, some + more))

    assert 0 <= later <= sooner <= points
    assert later >= reduced(points, 100 - late.floor_percent)


@given(LATE, SECONDS, places(0, 10_000))
def test_the_points_that_remain_are_those_of_exact_fractions(late, seconds, points):
    periods = len(range(0, seconds, int(late.per.total_seconds())))
    kept = max(100 - Fraction(late.percent) * periods, Fraction(late.floor_percent))
    exact = Fraction(points) * kept / 100

    found = reduced(points, penalty(late, seconds))

    assert Fraction(-1, 20_000) <= exact - Fraction(found) < Fraction(1, 20_000)


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.builds(Extension, st.none() | INSTANTS, st.none() | INSTANTS)
MOMENTS = st.none() | st.builds(Moment, INSTANTS) | st.builds(Moment, st.none(), st.integers(0, 400))


@given(st.builds(Homework, MOMENTS, MOMENTS), TIMES, INSTANTS)
def test_no_extension_ever_makes_a_submission_later_or_closes_sooner(homework, extension, submitted_at):
    before, after = deadlines(homework, SEAT), deadlines(homework, replace(SEAT, extensions={LESSON: extension}))

    assert late_seconds(submitted_at, after.due_at) <= late_seconds(submitted_at, before.due_at)
    assert (after.accepted_until is None) == (before.accepted_until is None)
    if before.accepted_until and after.accepted_until:
        assert after.accepted_until >= before.accepted_until
        assert after.due_at is None or after.accepted_until >= after.due_at
