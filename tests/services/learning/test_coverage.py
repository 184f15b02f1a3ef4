import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.services.learning import coverage

SETS = st.sets(st.integers(0, 400)).map(lambda seconds: sum(1 << second for second in seconds))


@given(SETS)
def test_a_set_is_stored_and_loaded_unchanged(seconds):
    words = coverage.pack(seconds)

    assert coverage.unpack(words) == seconds
    assert all(-(2**63) <= word < 2**63 for word in words.values())
    assert 0 not in words.values()


@given(SETS)
def test_spans_equal_the_set_and_do_not_touch(seconds):
    spans = list(coverage.spans(seconds))

    assert sum(coverage.between(*span, total=1000) for span in spans) == seconds
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))


@given(SETS, st.integers(0, 50))
def test_the_nth_second_has_n_seconds_before_it(seconds, count):
    second = coverage.beyond(seconds, count)

    if second is None:
        assert seconds.bit_count() <= count
    else:
        assert seconds >> second & 1
        assert (seconds & (1 << second) - 1).bit_count() == count


@given(st.lists(st.floats(0, 300), min_size=2, max_size=20).map(sorted))
def test_stretches_that_meet_leave_no_gap_and_do_not_overlap(cuts):
    pieces = [coverage.between(*pair, total=200) for pair in itertools.pairwise(cuts)]

    assert sum(pieces) == coverage.between(cuts[0], cuts[-1], total=200)


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [
        (0, 3, [(0, 3)]),
        (0.4, 2.5, [(0, 3)]),
        (0.5, 2.4, [(1, 2)]),
        (1.1, 1.4, []),
        (98, 1e9, [(98, 100)]),
        (100, 120, []),
        (64, 64, []),
    ],
)
def test_a_stretch_covers_whole_seconds_up_to_the_end(start, end, covered):
    assert list(coverage.spans(coverage.between(start, end, total=100))) == covered


def test_every_video_has_a_second():
    assert [coverage.length(duration) for duration in (0.2, 0.5, 1.4, 120.5)] == [1, 1, 1, 121]
