"""Attempts that would be too large for a document of MongoDB."""

import pytest

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.errors.assessment import AnswersTooLarge, AttemptOver
from learnstream.services.assessment import saving, sizes, submitting
from tests.factories import make_question

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


def test_answers_leave_room_for_marks(monkeypatch, start, stored, course, learner, make_quiz):
    """In time or late, only short answers are stored from some size on."""
    first, second, third = (make_question(course, "essay", max_length=50_000) for _ in range(3))
    attempt, _ = start(make_quiz(first, second, third))
    monkeypatch.setattr(sizes, "FULL", 100_000)
    save(attempt, learner, first, "ä" * 50_000)

    with pytest.raises(AnswersTooLarge):
        save(attempt, learner, second, "ä" * 5_000)
    save(attempt, learner, third, "short")
    submitting.submit(str(attempt["_id"]), user_id=learner.id)
    with pytest.raises(AnswersTooLarge):
        save(attempt, learner, second, "ä" * 5_000)
    with pytest.raises(AttemptOver):
        save(attempt, learner, second, "late")

    found = stored(attempt)
    assert found["answers"].keys() == {first, third}
    assert found["late_answers"].keys() == {second}


def save(attempt, learner, question, text):
    answer = {"question_id": question, "answer": text, "seq": 1, "client_time": now(), "seconds": None}
    saving.save(str(attempt["_id"]), user_id=learner.id, given=[answer])
