"""Revenue, summed from the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from learnstream.models.ledger import Mode, RevenueBy
from learnstream.services.commerce import revenue
from learnstream.services.commerce.revenue import Span
from tests.money import dispute, fail, make_order, pay, refund

DAY = date(2026, 3, 28)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31), "UTC")
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def figures(by=RevenueBy.CURRENCY, span=MARCH, mode=Mode.TEST):
    return [dict(row) for row in revenue.revenue(by, span, mode)]


def test_nothing_without_payments(app):
    assert figures() == []


def test_the_figures_of_a_currency_add_up(app):
    order = make_order(9000, discount=1000, tax=1520)
    payment = pay(order, paid_at=NOON)
    refund(payment, 2380, refunded_at=NOON)
    dispute(payment, 4760, status_at=NOON)

    [found] = figures()

    assert found == dict.fromkeys(("day", "course_id", "course_title")) | {
        "currency": "eur",
        "decimals": 2,
        "gross": 10520,
        "discounts": 1000,
        "refunds": 2380,
        "disputes": 4760,
        "tax": 380,
        "net": 2000,
    }


@pytest.mark.parametrize(("currency", "places"), [("jpy", 0), ("eur", 2), ("kwd", 3)])
def test_amounts_say_how_many_decimals_they_have(app, currency, places):
    pay(make_order(5000, currency), paid_at=NOON)

    assert [(row["currency"], row["decimals"], row["net"]) for row in figures()] == [(currency, places, 5000)]


def test_currencies_are_never_added_together(app):
    for amount, currency in ((5000, "jpy"), (4900, "eur"), (100, "eur"), (1230, "kwd")):
        pay(make_order(amount, currency), paid_at=NOON)

    assert [(row["currency"], row["gross"]) for row in figures()] == [("eur", 5000), ("jpy", 5000), ("kwd", 1230)]
    assert [(row["day"], row["currency"]) for row in figures(RevenueBy.DAY)] == [
        ("2026-03-28", currency) for currency in ("eur", "jpy", "kwd")
    ]


def test_a_refund_counts_on_its_own_day_and_a_failed_one_on_none_in_the_end(app):
    payment = pay(make_order(), paid_at=NOON)
    refund(payment, 900, refunded_at=NOON + timedelta(days=1))
    failed = refund(payment, 4000, refunded_at=NOON + timedelta(days=1))
    found = {row["day"]: (row["gross"], row["refunds"], row["net"]) for row in figures(RevenueBy.DAY)}
    assert found == {"2026-03-28": (4900, 0, 4900), "2026-03-29": (0, 4900, -4900)}

    fail(failed)

    forever = Span(date(2026, 3, 1), date(2026, 12, 31), "UTC")
    assert [(row["refunds"], row["net"]) for row in figures(span=forever)] == [(900, 4000)]


@pytest.mark.parametrize(
    ("at", "tz", "day"),
    [
        ("2026-03-28T22:59:59.999+00:00", "Europe/Berlin", "2026-03-28"),
        ("2026-03-28T23:00:00+00:00", "Europe/Berlin", "2026-03-29"),
        # The day on which clocks change has 23 hours.
        ("2026-03-29T21:59:59.999+00:00", "Europe/Berlin", "2026-03-29"),
        ("2026-03-29T22:00:00+00:00", "Europe/Berlin", "2026-03-30"),
        ("2026-03-28T10:00:00+00:00", "Pacific/Kiritimati", "2026-03-29"),
        ("2026-03-28T09:59:59+00:00", "Pacific/Kiritimati", "2026-03-28"),
        ("2026-03-28T18:15:00+00:00", "Asia/Kathmandu", "2026-03-29"),
    ],
)
def test_days_are_those_of_the_time_zone(app, at, tz, day):
    pay(make_order(), paid_at=datetime.fromisoformat(at))

    [found] = figures(RevenueBy.DAY, Span(MARCH.first, MARCH.last, tz))

    assert found["day"] == day


def test_the_first_and_the_last_day_count_whole_and_no_other(app):
    for at in ("2026-02-28T23:59:59.999", "2026-03-01T00:00", "2026-03-31T23:59:59.999", "2026-04-01T00:00"):
        pay(make_order(100), paid_at=datetime.fromisoformat(at).replace(tzinfo=UTC))

    assert [(row["day"], row["gross"]) for row in figures(RevenueBy.DAY)] == [("2026-03-01", 100), ("2026-03-31", 100)]


def test_courses_are_sorted_by_their_latest_titles(app):
    for number, title in ((1, "Zoology"), (2, "Botany"), (1, "Animals")):
        pay(make_order(100, course_id=f"{number:024}", course_title=title), paid_at=NOON)

    found = [(row["course_title"], row["course_id"][-1], row["gross"]) for row in figures(RevenueBy.COURSE)]
    assert found == [("Animals", "1", 200), ("Botany", "2", 100)]


def test_tests_and_real_money_are_told_apart(app):
    pay(make_order(100, livemode=True), paid_at=NOON)
    pay(make_order(200), paid_at=NOON)

    assert [[row["gross"] for row in figures(mode=mode)] for mode in (Mode.LIVE, Mode.TEST)] == [[100], [200]]


@pytest.mark.parametrize("by", list(RevenueBy))
def test_an_index_finds_the_days(explain, by):
    assert "ix_ledger_occurred_at" in explain(lambda: figures(by))
