"""Requests and jobs at the same time: each question has one outcome, whatever the order."""

import random

import pytest

from learnstream.clock import now
from learnstream.documents import Attempt, Progress
from learnstream.errors.assessment import AttemptOver, AttemptsExhausted
from learnstream.services.assessment import expiry, saving, submitting
from tests.factories import make_question

MANY = 50


def given(question, answer, seq=1, client_time=None):
    moment = client_time or now()
    return {"question_id": question, "answer": answer, "seq": seq, "client_time": moment, "seconds": None}


def save(attempt, learner, *answers):
    return saving.save(str(attempt["_id"]), user_id=learner.id, given=answers)


def test_fifty_starts_are_one_attempt(at_once, start, make_quiz):
    lesson = make_quiz(attempts_allowed=1)

    results = at_once(*[lambda: start(lesson)] * MANY)

    assert {attempt["_id"] for attempt, _ in results} == {each["_id"] for each in Attempt.collection().find()}
    assert [started for _, started in results].count(True) == 1


def test_starts_at_the_limit_never_exceed_it(at_once, start, make_quiz, learner):
    lesson = make_quiz(attempts_allowed=3)

    def take():
        attempt, _ = start(lesson)
        submitting.submit(str(attempt["_id"]), user_id=learner.id)

    results = at_once(*[take] * MANY)

    assert sorted(each["number"] for each in Attempt.collection().find()) == [1, 2, 3]
    assert {type(each) for each in results if each is not None} <= {AttemptsExhausted}


def test_fifty_saves_of_one_answer_keep_the_highest_number(at_once, start, course, learner, make_quiz, stored):
    text = make_question(course, "short_text")
    attempt, _ = start(make_quiz(text))
    order = random.sample(range(MANY), MANY)

    at_once(*[lambda n=n: save(attempt, learner, given(text, f"text {n}", n)) for n in order])

    assert stored(attempt)["answers"][text]["answer"] == f"text {MANY - 1}"


def test_fifty_saves_of_the_same_number_are_decided_by_what_they_say(
    at_once, start, course, learner, make_quiz, stored
):
    text = make_question(course, "short_text")
    attempt, _ = start(make_quiz(text))
    moment = now()
    sent = [given(text, f"text {n}", 1, moment) for n in range(MANY)]
    at_once(*[lambda each=each: save(attempt, learner, each) for each in sent])
    first = stored(attempt)["answers"][text]

    for each in random.sample(sent, MANY):
        save(attempt, learner, each)

    assert stored(attempt)["answers"][text]["answer"] == first["answer"]


def test_saves_of_different_answers_are_all_kept(at_once, start, course, learner, make_quiz, stored):
    texts = [make_question(course, "short_text") for _ in range(20)]
    attempt, _ = start(make_quiz(*texts))

    results = at_once(*[lambda text=text: save(attempt, learner, given(text, text)) for text in texts])

    assert {name: each["answer"] for name, each in stored(attempt)["answers"].items()} == {text: text for text in texts}
    assert len({each["digest"] for each in results}) == len(texts)


def test_an_attempt_is_submitted_once(at_once, start, learner, make_quiz, question, move_clock, stored):
    attempt, _ = start(make_quiz(time_limit=60))
    save(attempt, learner, given(question, True))
    move_clock(seconds=76)
    name = str(attempt["_id"])

    at_once(*[lambda: submitting.submit(name, user_id=learner.id)] * 10, *[expiry.submit_due] * 10)

    found = stored(attempt)
    assert found["submitted_by"] == "clock"
    assert [each["type"] for each in found["pending_events"]] == ["attempt.submitted"]
    assert found["passed"] is True
    [record] = Progress.collection().find({"completed_at": {"$ne": None}})
    assert len(record["pending_events"]) == 1


@pytest.mark.parametrize("round_", range(5))
def test_what_was_acknowledged_in_time_is_marked(at_once, start, course, learner, make_quiz, round_, stored):
    questions = [make_question(course, "true_false") for _ in range(20)]
    attempt, _ = start(make_quiz(*questions))
    name = str(attempt["_id"])
    saves = [lambda each=each: save(attempt, learner, given(each, True)) for each in questions]
    calls = [*saves, lambda: submitting.submit(name, user_id=learner.id)]
    random.shuffle(calls)

    at_once(*calls)

    found = stored(attempt)
    assert {*found["answers"]} | {*found["late_answers"]} == {*questions}
    assert {*found["answers"]} & {*found["late_answers"]} == set()
    right = {each for each, mark in found["marks"].items() if mark["points"].to_decimal() == 1}
    assert right == {*found["answers"]}
    assert found["score"].to_decimal() == len(right)


def test_a_late_save_and_the_job_agree(at_once, start, learner, make_quiz, question, move_clock, stored):
    attempt, _ = start(make_quiz(time_limit=60))
    move_clock(seconds=76)

    results = at_once(*[lambda: save(attempt, learner, given(question, True))] * 5, *[expiry.submit_due] * 5)

    assert [type(each) for each in results[:5]] == [AttemptOver] * 5
    found = stored(attempt)
    assert (found["answers"], [*found["late_answers"]]) == ({}, [question])
