import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.services.learning import coverage
from learnstream.services.learning.retention import Retention, bounds


def seconds(*spans):
    return sum(coverage.between(start, end, 10**6) for start, end in spans)


def test_each_second_of_a_short_video_is_a_part():
    found = Retention(4.0)
    found.add(seconds((0, 3)), seconds((1, 2)), 3.0)
    found.add(seconds((0, 1), (3, 4)), 0, 4.0)

    assert found.figures() == {
        "duration": 4.0,
        "viewers": 2,
        "watched": [2, 1, 1, 1],
        "again": [0, 1, 0, 0],
        "left": [0, 0, 0, 2],
    }


def test_a_long_video_has_a_hundred_parts():
    found = Retention(1000.0)
    found.add(seconds((0, 15), (17, 18), (995, 1000)), 0, 15.0)

    figures = found.figures()
    assert len(figures["watched"]) == len(figures["left"]) == 100
    assert [part for part, count in enumerate(figures["watched"]) if count] == [0, 1, 99]
    assert set(figures["watched"]) == {0, 1}
    assert figures["left"].index(1) == 1


def test_a_learner_who_watched_nothing_is_not_counted():
    found = Retention(10.0)
    found.add(0, 0, 5.0)

    assert (found.viewers, sum(found.figures()["left"])) == (0, 0)


@pytest.mark.parametrize(("position", "part"), [(None, 6), (0.0, 0), (6.9, 6), (10.0, 9), (99.0, 9)])
def test_each_learner_left_in_one_part(position, part):
    found = Retention(10.0)
    found.add(seconds((2, 7)), 0, position)

    assert found.figures()["left"].index(1) == part


@given(st.floats(0.1, 5000), st.lists(st.sets(st.integers(0, 5100), max_size=40), max_size=5))
def test_every_part_counts_the_learners_who_watched_any_of_it(duration, learners):
    found = Retention(duration)
    total, parts = found.seconds, found.parts
    watched = [0] * parts
    for learner in learners:
        found.add(sum(1 << second for second in learner), 0, None)
        for part in {second * parts // total for second in learner if second < total}:
            watched[part] += 1

    assert found.figures()["watched"] == watched


def test_parts_have_their_place_in_the_video():
    assert bounds(50.0, 4) == [(0.0, 12.5), (12.5, 25.0), (25.0, 37.5), (37.5, 50.0)]
