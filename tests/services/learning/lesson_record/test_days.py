"""The days on which a lesson was watched, and their size in the record."""

from dataclasses import replace

import pytest
from bson import BSON

from learnstream.services.learning import watched_days
from learnstream.services.learning.lesson_record import Record
from tests.services.learning.lesson_record.heartbeats import (
    OVER,
    after,
    apply,
    apply_all,
    as_read,
    build_context,
    heartbeat,
)

DAY = 86_400


def days(record, moment):
    return watched_days.seconds(apply(record.stored, record.update(moment)))


def test_rewatching_on_another_day_has_the_same_budget():
    record, reasons = apply_all(
        *(heartbeat((0, 5), viewing=None, at=-number * DAY, seq=number) for number in range(20))
    )

    assert (reasons, record.day_seconds) == ([OVER], 5)
    assert days(record, after(1000)) == {"2026-03-01": 5}


def test_a_video_can_be_rewatched_fully_every_day():
    heartbeats = [heartbeat((0, 100), seq=number, at=number * DAY) for number in range(7)]

    record, reasons = apply_all(*heartbeats, seconds=7 * DAY)

    assert (reasons, record.credited, record.day_seconds) == ([None], 100, 700)
    assert set(days(record, after(7 * DAY)).values()) == {100}


def test_without_a_viewing_no_seconds_precede_the_enrollment():
    record = Record(replace(build_context(), seat_since=after(-2 * DAY)))

    apply_all(heartbeat((0, 5), viewing=None, at=-9 * DAY), record=record)

    assert days(record, after(1000)) == {"2026-02-27": 5}


def test_reported_seconds_are_at_most_as_old_as_a_report_may_be_late():
    record, _ = apply_all(heartbeat((0, 5), viewing=None, at=-10_000 * DAY))

    assert days(record, after(1000)) == {"2026-01-30": 5}


def test_past_days_keep_only_their_count():
    stored = apply({}, apply_all(heartbeat((0, 50)))[0].update(after(1000)))
    record, _ = apply_all(
        heartbeat((0, 20), at=40 * DAY, seq=2), record=Record(build_context(), as_read(stored)), seconds=40 * DAY
    )

    update = record.update(after(40 * DAY))

    assert update["$unset"] == {"days.2026-03-01": ""}
    assert (update["$set"]["past_days.2026-03-01"], record.day_seconds) == (50, 70)
    assert days(record, after(40 * DAY)) == {"2026-03-01": 50, "2026-04-10": 20}


def test_a_record_without_days_is_migrated():
    stored = {
        "credited": 10,
        "days": {"2026-03-01": {"x": {"0": 0b1111}}, "2026-03-02": {"x": {"0": -1}, "y": {"3": 1}}},
    }

    assert Record(build_context(), as_read(stored)).day_seconds == 69
    assert Record(build_context(), as_read({"credited": 10})).day_seconds == 10


def test_a_record_has_a_bounded_size():
    """A video of an hour, watched completely every day in a new viewing with sparsely numbered heartbeats."""
    document, sizes = {}, {}
    for day in range(120):
        record, moment = Record(build_context(duration=3600.0), as_read(document)), after((day + 1) * DAY)
        for seq in range(0, 4096, 64):
            record.apply_heartbeat(heartbeat((0, 3600), viewing=day * DAY, at=day * DAY, seq=seq), moment)
        document = apply(document, record.update(moment))
        sizes[day] = len(BSON.encode(document))

    assert set(watched_days.seconds(document).values()) == {3600}
    assert sizes[119] < min(100_000, 1.05 * sizes[80])


@pytest.mark.parametrize("order", [1, -1])
def test_a_day_begins_with_its_earliest_moment_in_whatever_order_reports_come(order):
    beats = [
        heartbeat((0, 10), seq=1, at=7200),
        heartbeat((5, 15), seq=2, at=3 * 3600),
        heartbeat((0, 10), seq=3, at=899),
    ]

    stored = {}
    for each in beats[::order]:
        record, _ = apply_all(each, record=Record(build_context(), as_read(stored)), seconds=DAY)
        stored = apply(stored, record.update(after(DAY)))

    assert watched_days.quarters(as_read(stored)) == stored["quarters"] == {"2026-03-01": 48}


def test_repeats_in_a_later_quarter_hour_are_not_counted():
    stored = apply({}, apply_all(heartbeat((0, 10), at=60))[0].update(after(1000)))
    record, _ = apply_all(heartbeat((0, 10), at=60), record=Record(build_context(), as_read(stored)))

    assert record.update(after(1000)) is None


def test_a_past_day_without_quarter_hours_begins_at_noon():
    stored = {"past_days": {"2026-01-01": 5}, "days": {"2026-03-01": {}}}
    record, _ = apply_all(heartbeat((0, 10), at=-3600, viewing=-7200), record=Record(build_context(), as_read(stored)))

    assert watched_days.quarters(as_read(apply(stored, record.update(after(1000))))) == {
        "2026-01-01": 48,
        "2026-03-01": 48,
    }
