"""The bounds of local days."""

from datetime import date, datetime, time, timedelta

import pytest

from learnstream import clock
from learnstream.services.analytics import local_days
from learnstream.services.analytics.local_days import Days

SECONDS = 900


@pytest.mark.parametrize(
    ("zone", "day", "hours", "begin"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23, "2026-03-28T23:00+00:00"),
        ("Europe/Berlin", date(2026, 10, 25), 25, "2026-10-24T22:00+00:00"),
        ("Asia/Kathmandu", date(2026, 3, 2), 24, "2026-03-01T18:15+00:00"),
        # Its clocks were put forward at midnight, so that this day had none.
        ("America/Sao_Paulo", date(2018, 11, 4), 23, "2018-11-04T03:00+00:00"),
        ("America/Sao_Paulo", date(2018, 2, 17), 25, "2018-02-17T02:00+00:00"),
        # Its midnight came twice.
        ("America/Havana", date(2025, 11, 2), 25, "2025-11-02T04:00+00:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5, "2026-04-04T13:00+00:00"),
        # It crossed the date line and skipped this day.
        ("Pacific/Apia", date(2011, 12, 30), 0, "2011-12-30T10:00+00:00"),
    ],
)
def test_a_local_day_has_its_hours(zone, day, hours, begin):
    first, after = local_days._bounds(Days(day, day, zone))

    assert (after - first) / 4 == hours
    assert first * SECONDS == datetime.fromisoformat(begin).timestamp()


@pytest.mark.parametrize("years", [(2026, 2026), pytest.param((2000, 2040), marks=pytest.mark.thorough)])
def test_days_of_all_zones_begin_on_quarter_hours_and_touch_two_utc_days_at_most(years):
    wrong = []
    for name in clock.time_zones():
        zone, before = clock.time_zone(name), None
        for number in range((date(years[1], 12, 31) - date(years[0], 1, 1)).days):
            day = date(years[0], 1, 1) + timedelta(days=number)
            begin = datetime.combine(day, time(), zone).timestamp()
            if begin % SECONDS or (before and not 0 <= (begin - 1) // 86400 - before // 86400 <= 1):
                wrong.append((name, day))
            before = begin

    assert len(clock.time_zones()) > 300
    assert wrong == []
