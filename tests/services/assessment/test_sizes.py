"""Attempts that would be too large for a document of MongoDB."""

import pytest

from learnstream.documents import Attempt
from learnstream.errors.assessment import AnswersTooLarge
from learnstream.services.assessment import sizes

QUARTER = "x" * (4 * 2**20)  # of the largest document


def grow(attempt, times):
    """Add so many quarters at a time until they do not fit."""
    update = {"$push": {"history": {"$each": [{"text": QUARTER}] * times}}}
    for _ in range(5):
        with sizes.limited():
            Attempt.collection().update_one({"_id": attempt["_id"]}, update)


@pytest.mark.parametrize("times", [1, 5])
def test_a_write_that_makes_an_attempt_too_large_is_refused_and_changes_nothing(start, stored, make_quiz, times):
    attempt, _ = start(make_quiz())

    with pytest.raises(AnswersTooLarge):
        grow(attempt, times)

    assert len(stored(attempt).get("history", [])) < 4
