"""Which reported stretches are credited."""

from dataclasses import replace

import pytest

from learnstream.services.learning.coverage import spans, unpack
from learnstream.services.learning.heartbeats import Reason
from learnstream.services.learning.lesson_record import Record
from tests.services.learning.lesson_record.heartbeats import (
    BEGAN,
    OTHER,
    OVER,
    VIDEO,
    after,
    apply,
    apply_all,
    as_read,
    build_context,
    evaluate,
    heartbeat,
)


def test_played_stretches_are_credited():
    record, reasons = apply_all(heartbeat((0, 10), (20.2, 30.4)))

    assert list(spans(record.watched)) == [(0, 10), (20, 30)]
    assert reasons == [None, None]
    assert (record.credited, record.fraction) == (20, 0.2)


def test_seconds_count_once():
    record, _ = apply_all(heartbeat((0, 10)), heartbeat((5, 15), seq=2), heartbeat((0, 15), seq=1, viewing=9))

    assert record.credited == 15


def test_a_stretch_beyond_the_end_is_clipped_or_rejected():
    record, reasons = apply_all(heartbeat((95, 300), (100, 110), (99.6, 110)))

    assert list(spans(record.watched)) == [(95, 100)]
    assert reasons == [None, Reason.BEYOND_END, Reason.BEYOND_END]


def bounds(parts):
    return [(part.stretch.start, part.stretch.end, part.reason) for part in parts]


def test_credits_are_limited_by_elapsed_time():
    record, parts = evaluate(heartbeat((0, 4), (10, 40), (4, 25)), seconds=10)

    assert bounds(parts) == [(0, 4, None), (10, 31, None), (31, 40, OVER), (4, 25, OVER)]
    assert record.credited == 25


def test_the_affordable_part_is_credited_and_the_rest_later():
    fast = heartbeat((0.2, 40.4))
    record, parts = evaluate(fast, seconds=10)
    assert bounds(parts) == [(0.2, 25, None), (25, 40.4, OVER)]

    _, parts = evaluate(fast, record=record, seconds=18)

    assert bounds(parts) == [(0.2, 40.4, None)]
    assert (record.credited, watched_again(record)) == (40, [])


def test_seconds_watched_before_use_no_budget():
    record, _ = apply_all(heartbeat((5, 15)), seconds=10)

    _, parts = evaluate(heartbeat((0, 40), seq=2), record=record, seconds=10)

    assert bounds(parts) == [(0, 25, None), (25, 40, OVER)]


@pytest.mark.parametrize(("rate", "credited"), [(1.5, 20), (2.5, 30), (3, 35)])
def test_credits_follow_the_playback_rate_of_the_course(rate, credited):
    record, _ = apply_all(heartbeat((0, 60)), record=Record(replace(build_context(), rate=rate)), seconds=10)

    assert record.credited == credited


def test_several_viewings_share_one_budget():
    record, _ = apply_all(heartbeat((0, 25)), seconds=10)

    assert apply_all(heartbeat((25, 30), viewing=9), record=record, seconds=10)[1] == [OVER]
    assert apply_all(heartbeat((25, 30), viewing=9), record=record, seconds=13)[1] == [None]


def test_an_earlier_viewing_adds_its_time():
    record, reasons = apply_all(heartbeat((0, 30), viewing=50), seconds=60)
    assert reasons == [None, OVER]

    _, reasons = apply_all(heartbeat((0, 30), viewing=0, seq=2), record=record, seconds=60)

    assert reasons == [None]


def test_rewatched_seconds_cost_nothing():
    record, _ = apply_all(heartbeat((0, 25)), seconds=10)

    assert apply_all(heartbeat((0, 25), seq=2), record=record, seconds=10)[1] == [None]


def test_without_a_viewing_five_seconds_are_credited():
    record, reasons = apply_all(heartbeat((0, 3), (3, 6), (3, 5), viewing=None))

    assert reasons == [None, None, OVER, None]
    assert (record.credited, record.began_at) == (5, None)


def test_all_videos_of_a_lesson_share_the_budget():
    document = {"credited": 20, "videos": {OTHER: {"seconds": 20}}, "began_at": BEGAN}

    assert apply_all(heartbeat((0, 6)), record=Record(build_context(), as_read(document)), seconds=10)[1] == [
        None,
        OVER,
    ]


def test_a_slow_server_clock_is_tolerated():
    assert apply_all(heartbeat((0, 5), (5, 6)), seconds=-3)[1] == [None, OVER]


def written(record):
    """Return the document that the record's update would create."""
    return apply({}, record.update(after(1000)))


@pytest.mark.parametrize(
    ("at", "day"), [(0, "2026-03-01"), (13 * 3600, "2026-03-02"), (-90_000, "2026-03-01"), (10**9, "2026-03-03")]
)
def test_a_stretch_belongs_to_its_day_if_plausible(at, day):
    record, _ = apply_all(heartbeat((0, 10), at=at), seconds=40 * 3600)

    assert written(record)["days"] == {day: {VIDEO: {"0": 0b1111111111}}}


def watched_again(record):
    return list(spans(unpack(written(record)["videos"][VIDEO].get("again", {}))))


def test_a_repeated_heartbeat_is_not_a_rewatch():
    record, _ = apply_all(heartbeat((0, 10)), heartbeat((0, 10)), heartbeat((0, 10)))

    assert watched_again(record) == []


@pytest.mark.parametrize("second", [heartbeat((5, 20), seq=2), heartbeat((5, 20), viewing=3)])
def test_a_second_heartbeat_is_a_rewatch(second):
    record, _ = apply_all(heartbeat((0, 10)), second)

    assert watched_again(record) == [(5, 10)]


def test_a_stretch_twice_in_one_heartbeat_is_a_rewatch():
    record, _ = apply_all(heartbeat((0, 10), (0, 4)))

    assert watched_again(record) == [(0, 4)]


def test_an_unchanged_record_is_not_written():
    record, _ = apply_all(heartbeat((0, 10), position=10))
    stored = written(record)
    again = Record(build_context(), as_read(stored))

    apply_all(heartbeat((0, 10), position=10), record=again, seconds=3000)

    assert record.update(after(1)) is not None
    assert again.update(after(3000)) is None


def test_a_third_watch_on_the_same_day_is_not_counted():
    stored = written(apply_all(heartbeat((0, 10)), heartbeat((0, 10), seq=2))[0])

    record, _ = apply_all(heartbeat((0, 10), seq=3), record=Record(build_context(), as_read(stored)))

    assert record.update(after(1)) is None


def test_repeats_are_detected_in_the_latest_viewings_only():
    seen = {f"{number:05}": {"0": 2} for number in range(100)}

    update = apply_all(heartbeat((0, 10), viewing=0, seq=7), record=Record(build_context(), as_read({"seen": seen})))[
        0
    ].update(after(1))

    assert len(update["$unset"]) == 100 - 64 - 1
    assert "seen.00000" not in update["$unset"]
    assert "seen.00001" in update["$unset"]
