"""When an attempt must end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from learnstream.policies.allowances import Allowance
from learnstream.services.assessment import clock
from learnstream.services.assessment.quizzes import Closes

BEGAN = datetime(2026, 4, 1, 9, tzinfo=UTC)
CLOSES = BEGAN + timedelta(hours=1)
HALF_HOUR = 1800


def quiz(time_limit=None, **closes):
    return SimpleNamespace(lesson_id="x", time_limit=time_limit, closes=Closes(**closes) if closes else None)


def seat(**allowance):
    return SimpleNamespace(drip_from=BEGAN - timedelta(days=7), allowance=lambda _: replace(Allowance(), **allowance))


def deadline(given_quiz, given_seat=None, began=BEGAN):
    return clock.deadline(given_quiz, given_seat or seat(), began)


def test_without_limit_and_closing_time_an_attempt_never_ends():
    assert deadline(quiz()).times() == {"deadline_at": None, "closes_at": None, "submit_at": None}


def test_the_limit_counts_from_the_start_and_answers_may_be_under_way_for_15_seconds():
    times = deadline(quiz(HALF_HOUR)).times()

    assert times["deadline_at"] == BEGAN + timedelta(minutes=30)
    assert times["submit_at"] == BEGAN + timedelta(minutes=30, seconds=15)


def test_an_attempt_ends_when_the_quiz_closes():
    late = CLOSES - timedelta(minutes=10)

    assert deadline(quiz(HALF_HOUR, at=CLOSES), began=late).at == CLOSES
    assert deadline(quiz(at=CLOSES)).at == CLOSES


def test_a_quiz_may_close_some_days_after_the_learner_enrolled():
    assert deadline(quiz(after_days=8)).closes_at == BEGAN + timedelta(days=1)


@pytest.mark.parametrize(
    ("allowance", "minutes"),
    [({"time_factor": Decimal("1.5")}, 45), ({"extra_seconds": 600}, 40), ({"closes_at": CLOSES}, 30)],
)
def test_accommodations_extend_the_limit(allowance, minutes):
    assert deadline(quiz(HALF_HOUR), seat(**allowance)).at == BEGAN + timedelta(minutes=minutes)


def test_a_learner_with_more_time_also_has_a_later_closing():
    given_quiz, slow = quiz(HALF_HOUR, at=CLOSES), seat(time_factor=Decimal(2))
    last_moment = CLOSES - timedelta(minutes=30)

    assert deadline(given_quiz, slow).closes_at == CLOSES + timedelta(minutes=30)
    assert deadline(given_quiz, slow, last_moment).at == last_moment + timedelta(hours=1)


def test_a_closing_of_the_learners_own_holds_if_it_is_later():
    assert deadline(quiz(at=CLOSES), seat(closes_at=CLOSES + timedelta(hours=3))).at == CLOSES + timedelta(hours=3)
    assert deadline(quiz(at=CLOSES), seat(closes_at=CLOSES - timedelta(hours=3))).at == CLOSES
