"""Where a learner goes on."""

from tests.services.learning.lesson_record.beats import beat, position, take


def test_the_latest_position_stays():
    late = beat(seq=1, position=30, sent=100)
    later = beat(seq=2, position=60, sent=200)

    assert position(take(late, later)[0]) == position(take(later, late)[0]) == 60


def test_at_the_same_instant_the_higher_seq_is_later():
    first, second = beat(seq=1, position=60, sent=100), beat(seq=2, position=30, sent=100)

    assert position(take(first, second)[0]) == position(take(second, first)[0]) == 30


def test_a_late_start_never_overwrites():
    record, _ = take(beat((0, 60), position=60, seq=5, sent=100), beat((0, 1), position=0, seq=0, sent=1))

    assert position(record) == 60


def test_a_player_that_was_only_opened_has_no_position():
    record, _ = take(beat(position=60, sent=100), beat(position=0, seq=0, viewing=150, sent=151))

    assert position(record) == 60


def test_who_goes_back_to_the_start_and_plays_is_there():
    record, _ = take(beat(position=60, sent=100), beat((0, 0.4), position=0.4, seq=2, sent=200))

    assert position(record) == 0.4


def test_a_clock_that_is_ahead_freezes_nothing():
    record, _ = take(beat(position=60, sent=10**8), seconds=100)
    take(beat(seq=1, viewing=50, position=30, sent=110), record=record, seconds=110)

    assert position(record) == 30


def test_nor_does_its_repeat():
    ahead = beat(position=60, sent=10**8)
    record, _ = take(ahead, seconds=100)
    take(beat(seq=1, viewing=50, position=30, sent=110), record=record, seconds=110)
    take(ahead, record=record, seconds=200)

    assert position(record) == 30


def test_a_clock_that_is_behind_loses_nothing():
    record, _ = take(beat(position=60, sent=100), seconds=100)
    take(beat(viewing=150, position=30, sent=-(10**8)), record=record, seconds=160)

    assert position(record) == 30


def test_a_position_is_within_the_video():
    assert position(take(beat(position=1e8))[0]) == 100.0
