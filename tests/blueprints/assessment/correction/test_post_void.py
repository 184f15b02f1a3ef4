"""Giving attempts back."""

import pytest

from learnstream.models import AuditEntry
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_question

REASON = "The fire alarm rang."


@pytest.fixture
def void(client, owner):
    def void(attempt, auth=owner, status=200, reason=REASON):
        response = client.post(f"/attempts/{attempt['id']}/void", json={"reason": reason}, auth=auth)
        assert response.status_code == status, response.json
        return response.json

    return void


def is_completed(client, person, lesson):
    return client.get(f"/lessons/{lesson.id}/progress", auth=person).json["completed"]


def test_the_learner_has_another_attempt_instead(client, learner, make_quiz, void, owner):
    lesson = make_quiz(attempts_allowed=1)
    attempt = submit(client, learner, start(client, learner, lesson))
    start(client, learner, lesson, status=409)

    voided = void(attempt)

    assert voided["voided_at"] > attempt["submitted_at"]
    [change] = voided["staff"]["history"]
    assert (change["cause"], change["by"], change["reason"]) == ("voided", owner.id, REASON)
    assert start(client, learner, lesson)["number"] == 2


def test_it_does_not_count_any_more(client, learner, make_quiz, question, void):
    lesson = make_quiz(score_of="latest", completion={"rule": "passed"})
    for answer in (True, False):
        attempt = start(client, learner, lesson)
        save(client, learner, attempt, given(question, answer))
        submit(client, learner, attempt)
    completed = is_completed(client, learner, lesson)

    void(attempt)

    assert completed
    assert is_completed(client, learner, lesson)


def test_an_earlier_attempt_that_counts_then_completes_the_lesson(client, learner, make_quiz, question, void):
    lesson = make_quiz(score_of="first")
    failed = submit(client, learner, start(client, learner, lesson))
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True))
    submit(client, learner, attempt)
    assert not is_completed(client, learner, lesson)

    void(failed)

    assert is_completed(client, learner, lesson)


@pytest.mark.parametrize("rule", ["passed", "submitted"])
def test_an_attempt_in_progress_ends(client, learner, make_quiz, void, rule):
    lesson = make_quiz(completion={"rule": rule})

    voided = void(start(client, learner, lesson))

    assert (voided["state"], voided["submitted_by"]) == ("submitted", "staff")
    assert not is_completed(client, learner, lesson)
    assert start(client, learner, lesson)["number"] == 2


def test_voiding_again_changes_nothing(client, learner, begin, void):
    attempt = submit(client, learner, begin(learner))

    first, again = void(attempt), void(attempt)

    assert (again["voided_at"], again["staff"]) == (first["voided_at"], first["staff"])
    entries = db.session.query(AuditEntry).filter_by(action="attempt.voided").all()
    assert [(each.target_id, each.details["reason"]) for each in entries] == [(attempt["id"], REASON)]


def test_a_voided_attempt_awaits_no_marking(client, owner, learner, course, begin, void):
    essay = make_question(course, "essay")
    attempt = begin(learner, essay)
    save(client, learner, attempt, given(essay, "Because."))
    submit(client, learner, attempt)

    void(attempt)

    assert client.get(f"/courses/{course.id}/marking", auth=owner).json == []
    marked = client.patch(f"/attempts/{attempt['id']}/answers/{essay}", json={"points": 1}, auth=owner)
    assert (marked.status_code, marked.json["code"]) == (409, "attempt_voided")


def test_a_reason_is_needed(void, begin, learner):
    assert "reason" in void(begin(learner), reason=" ", status=422)["errors"]["json"]


def test_a_groups_staff_may_not_void(void, begin, learner, classmate, colleague, group_of):
    attempt = begin(learner)
    for person in (learner, classmate, colleague):
        void(attempt, auth=person, status=404)
    group_of(learner, staff=colleague)

    assert void(attempt, auth=colleague, status=403)["code"] == "not_your_course"
