"""Accepting late answers."""

import pytest

from learnstream.documents import AttemptState
from tests.attempts import given, save, start, submit
from tests.factories import make_question

REASON = "The school's network was down."


@pytest.fixture
def accept(client, owner):
    def accept(attempt, auth=owner, status=200, **body):
        path = f"/attempts/{attempt['id']}/late-answers/accept"
        response = client.post(path, json={"reason": REASON, **body}, auth=auth)
        assert response.status_code == status, response.json
        return response.json

    return accept


@pytest.fixture
def other(course):
    return make_question(course, "true_false")


@pytest.fixture
def late(client, learner, make_quiz, question, other, move_clock):
    """An attempt with a wrong answer in time, and two right ones that came late."""
    attempt = start(client, learner, make_quiz(question, other, time_limit=60, pass_fraction=1))
    save(client, learner, attempt, given(question, False))
    move_clock(seconds=90)
    save(client, learner, attempt, given(question, True), given(other, True), status=409)
    return attempt


def is_completed(client, person, attempt):
    return client.get(f"/lessons/{attempt['lesson_id']}/progress", auth=person).json["completed"]


def answers(attempt):
    return {each["question_id"]: (each["answer"], each["result"]["score"]) for each in attempt["questions"]}


def test_late_answers_count_once_they_are_accepted(client, learner, owner, late, accept, question, other):
    before = client.get(f"/attempts/{late['id']}", auth=owner).json
    assert (before["score"], answers(before)) == (0.0, {question: (False, 0.0), other: (None, 0.0)})

    accepted = accept(late)

    assert (accepted["state"], accepted["score"], accepted["passed"]) == (AttemptState.SUBMITTED, 2.0, True)
    assert answers(accepted) == {question: (True, 1.0), other: (True, 1.0)}
    assert is_completed(client, learner, late)
    [change] = accepted["staff"]["history"]
    assert (change["cause"], change["by"], change["reason"], change["score"]) == (
        "late_answers",
        owner.id,
        REASON,
        0.0,
    )


def test_some_of_them_can_be_accepted(client, learner, late, accept, question, other):
    accepted = accept(late, question_ids=[other])

    assert answers(accepted) == {question: (False, 0.0), other: (True, 1.0)}
    assert not is_completed(client, learner, late)


def test_accepting_again_changes_nothing(late, accept):
    first, again = accept(late), accept(late)

    assert again["staff"] == first["staff"]


def test_an_essay_that_came_late_awaits_marking(client, owner, learner, course, begin, accept, move_clock):
    essay = make_question(course, "essay")
    attempt = begin(learner, essay, time_limit=60)
    move_clock(seconds=90)
    save(client, learner, attempt, given(essay, "Because."), status=409)
    seen = client.get(f"/attempts/{attempt['id']}", auth=owner).json["staff"]["marks"][0]["revision"]

    assert accept(attempt)["awaiting"] == 1

    [entry] = client.get(f"/courses/{course.id}/marking", auth=owner).json
    assert entry["answer"] == "Because."
    assert entry["revision"] != seen


def test_questions_without_a_late_answer_are_named(late, accept, course, question):
    unknown = make_question(course)

    problem = accept(late, question_ids=[question, unknown], status=422)

    assert problem["errors"]["json"]["question_ids"] == {"1": ["No answer to this question arrived after the end."]}


def test_an_attempt_without_late_answers_has_none_to_accept(client, learner, begin, accept):
    attempt = begin(learner)
    assert accept(attempt, status=409)["code"] == "attempt_in_progress"
    submit(client, learner, attempt)

    assert accept(attempt, status=409)["code"] == "no_late_answers"


def test_others_may_not_accept_them(learner, classmate, colleague, group_of, late, accept):
    for person in (learner, classmate, colleague):
        accept(late, auth=person, status=404)
    group_of(learner, staff=colleague)

    assert accept(late, auth=colleague, status=403)["code"] == "not_your_course"
