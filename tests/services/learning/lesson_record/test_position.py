"""The resume position of a lesson."""

from tests.services.learning.lesson_record.heartbeats import apply_all, heartbeat, position


def test_the_latest_position_is_kept():
    late = heartbeat(seq=1, position=30, sent=100)
    later = heartbeat(seq=2, position=60, sent=200)

    assert position(apply_all(late, later)[0]) == position(apply_all(later, late)[0]) == 60


def test_at_the_same_instant_the_higher_seq_is_later():
    first, second = heartbeat(seq=1, position=60, sent=100), heartbeat(seq=2, position=30, sent=100)

    assert position(apply_all(first, second)[0]) == position(apply_all(second, first)[0]) == 30


def test_a_late_start_never_overwrites():
    record, _ = apply_all(
        heartbeat((0, 60), position=60, seq=5, sent=100), heartbeat((0, 1), position=0, seq=0, sent=1)
    )

    assert position(record) == 60


def test_an_opened_player_has_no_position():
    record, _ = apply_all(heartbeat(position=60, sent=100), heartbeat(position=0, seq=0, viewing=150, sent=151))

    assert position(record) == 60


def test_playing_from_the_start_again_moves_the_position():
    record, _ = apply_all(heartbeat(position=60, sent=100), heartbeat((0, 0.4), position=0.4, seq=2, sent=200))

    assert position(record) == 0.4


def test_a_fast_clock_does_not_freeze_the_position():
    record, _ = apply_all(heartbeat(position=60, sent=10**8), seconds=100)
    apply_all(heartbeat(seq=1, viewing=50, position=30, sent=110), record=record, seconds=110)

    assert position(record) == 30


def test_a_repeat_from_a_fast_clock_does_not_freeze_the_position():
    ahead = heartbeat(position=60, sent=10**8)
    record, _ = apply_all(ahead, seconds=100)
    apply_all(heartbeat(seq=1, viewing=50, position=30, sent=110), record=record, seconds=110)
    apply_all(ahead, record=record, seconds=200)

    assert position(record) == 30


def test_a_slow_clock_loses_no_position():
    record, _ = apply_all(heartbeat(position=60, sent=100), seconds=100)
    apply_all(heartbeat(viewing=150, position=30, sent=-(10**8)), record=record, seconds=160)

    assert position(record) == 30


def test_a_position_is_within_the_video():
    assert position(apply_all(heartbeat(position=1e8))[0]) == 100.0
