"""The figures of a quiz, from given attempts."""

import pytest

from learnstream.services.analytics.quiz_counting import _discrimination, distribution


def test_results_are_distributed_by_tenths():
    assert distribution([0, 0.05, 0.1, 0.5, 0.99, 1]) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert distribution([]) == [0] * 10


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], None),
        ([(0.5, 1.0)], None),
        ([(0.2, 0.0), (0.9, 1.0)], 1.0),
        ([(0.2, 1.0), (0.9, 0.0)], -1.0),
        # Of ten attempts, 27 % are the best three and the worst three.
        ([(n / 10, 1.0 if n >= 8 or n == 5 else 0.0) for n in range(10)], 0.6667),
        ([(n / 10, 0.5) for n in range(10)], 0.0),
    ],
)
def test_discrimination_compares_the_best_with_the_worst(results, expected):
    assert _discrimination(results) == expected
