"""Extra time and attempts in a quiz."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from learnstream.policies.allowances import Allowance

CLOSES = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = CLOSES + timedelta(hours=3)


def test_without_accommodations_a_quizs_own_settings_hold():
    none = Allowance()

    assert (none.time_limit(1800), none.closing(CLOSES, 1800), none.attempts(2)) == (1800, CLOSES, 2)


def test_the_time_factor_is_exact_and_rounded_up_to_a_second():
    assert Allowance(time_factor=Decimal("1.1")).time_limit(600) == 660
    assert Allowance(time_factor=Decimal("1.33")).time_limit(100) == 133
    assert Allowance(time_factor=Decimal("1.25"), extra_seconds=60).time_limit(61) == 77 + 60


def test_a_quiz_closes_later_by_the_additional_time():
    assert Allowance(time_factor=Decimal("1.5")).closing(CLOSES, 3600) == CLOSES + timedelta(minutes=30)
    assert Allowance(extra_seconds=600).closing(CLOSES, None) == CLOSES + timedelta(minutes=10)


def test_a_learners_own_closing_holds_where_it_is_later():
    assert Allowance(closes_at=LATER).closing(CLOSES, 3600) == LATER
    assert Allowance(closes_at=CLOSES).closing(LATER, 3600) == LATER
    assert Allowance(closes_at=CLOSES).closing(None, 3600) is None


def test_extra_attempts_are_added_to_a_limit():
    assert (Allowance(extra_attempts=2).attempts(1), Allowance(extra_attempts=2).attempts(None)) == (3, None)
