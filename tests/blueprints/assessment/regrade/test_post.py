"""Regrading a question."""

import pytest
from bson import ObjectId

from learnstream.documents import Attempt
from learnstream.models import AuditEntry
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.blueprints.assessment.regrade.conftest import REASON
from tests.factories import make_question


def stored(attempt):
    return Attempt.collection().find_one({"_id": ObjectId(attempt["id"])})


RIGHT, WRONG = (2.0, 2.0, True), (1.0, 2.0, False)


@pytest.mark.parametrize(
    ("rule", "may_lower", "old_right", "new_right"),
    [
        ("accept_either", False, RIGHT, RIGHT),
        ("accept_either", True, RIGHT, RIGHT),
        ("new_key", False, RIGHT, RIGHT),
        ("new_key", True, WRONG, RIGHT),
        ("full_points", False, RIGHT, RIGHT),
        ("drop_question", False, (1.0, 1.0, True), (1.0, 1.0, True)),
    ],
)
def test_the_rule_decides_the_results(take, correct_key, carry_out, scores, rule, may_lower, old_right, new_right):
    attempts = take(True), take(False)
    assert scores(*attempts) == [RIGHT, WRONG]

    carry_out(rule, may_lower=may_lower)

    assert scores(*attempts) == [old_right, new_right]


def test_dropping_a_question_lowers_no_result_unless_it_may(
    client, learner, take, other, question, correct_key, carry_out, scores, lesson, newcomer
):
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True), given(other, False))
    attempt = submit(client, learner, attempt)

    carry_out("drop_question")
    kept = scores(attempt)
    carry_out("drop_question", may_lower=True)

    assert (kept, scores(attempt)) == ([(1.0, 2.0, False)], [(0.0, 1.0, False)])


def test_passing_by_it_completes_the_lesson(client, learner, lesson, take, correct_key, carry_out):
    take(False, person=learner)
    progress = f"/lessons/{lesson.id}/progress"
    assert not client.get(progress, auth=learner).json["completed"]

    carry_out("new_key")

    assert client.get(progress, auth=learner).json["completed"]


def test_who_would_fail_by_it_stays_completed(client, learner, lesson, take, correct_key, carry_out):
    take(True, person=learner)

    carry_out("new_key", may_lower=True)

    assert client.get(f"/lessons/{lesson.id}/progress", auth=learner).json["completed"]


def test_the_result_says_who_and_why(client, owner, learner, take, question, correct_key, carry_out):
    attempt = take(False, person=learner)
    regrade = carry_out("new_key")

    seen = client.get(f"/attempts/{attempt['id']}", auth=owner).json

    [mark] = [each for each in seen["staff"]["marks"] if each["question_id"] == question]
    assert (mark["points"], mark["by"], mark["comment"], mark["revision"]) == (1.0, owner.id, REASON, 3)
    [change] = seen["staff"]["history"]
    assert (change["cause"], change["by"], change["reason"]) == ("regraded", owner.id, REASON)
    assert (change["score"], change["marks"]) == (1.0, [{"question_id": question, "points": 0.0}])
    [entry] = db.session.query(AuditEntry).filter_by(action="question.regraded").all()
    assert (entry.target_id, entry.details["rule"], entry.details["reason"]) == (question, "new_key", REASON)
    assert regrade["state"] == "queued"


def test_it_is_told_once(take, correct_key, carry_out):
    attempt = take(False)
    carry_out("new_key")
    carry_out("new_key")

    told = [each["data"].get("cause") for each in stored(attempt)["pending_events"]]
    assert told == [None, "regraded"]


def test_attempts_that_are_submitted_later_have_the_same_outcome(client, take, correct_key, carry_out, scores):
    attempt = take(False, submitted=False)
    carry_out("new_key")

    submit(client, attempt["person"], attempt)

    assert scores(attempt, take(False), take(True)) == [RIGHT, RIGHT, RIGHT]


def test_marks_by_hand_stay_unless_all_get_the_same(client, owner, take, question, correct_key, carry_out, scores):
    attempt = take(False)
    client.patch(f"/attempts/{attempt['id']}/answers/{question}", json={"points": 0.5}, auth=owner)

    carry_out("new_key")
    by_key = scores(attempt)
    carry_out("full_points")

    assert (by_key, scores(attempt)) == ([(1.5, 2.0, False)], [RIGHT])


def test_an_essay_gets_its_points_and_awaits_no_marking(client, owner, learner, course, make_quiz, carry_out, scores):
    essay = make_question(course, "essay")
    attempt = start(client, learner, make_quiz((essay, 2)))
    save(client, learner, attempt, given(essay, "Because."))
    submit(client, learner, attempt)

    carry_out("full_points", question_id=essay)

    assert scores(attempt) == [RIGHT]
    assert client.get(f"/courses/{course.id}/marking", auth=owner).json == []


def test_a_dry_run_changes_nothing_and_says_what_would_change(take, correct_key, regrade, scores, learner):
    attempts = take(True), take(False), take(False, person=learner)
    take(True, submitted=False)
    before = [stored(each) for each in attempts]

    raising = regrade("new_key", dry_run=True)
    lowering = regrade("new_key", dry_run=True, may_lower=True)

    assert [stored(each) for each in attempts] == before
    assert (raising["attempts"], raising["in_progress"], raising["changed"]) == (3, 1, 2)
    assert raising["scores"] == [{"score_before": 1.0, "score_after": 2.0, "attempts": 2}]
    assert (raising["passing_count"], raising["failing_count"]) == (2, 0)
    assert raising["passing"][1] == {"attempt_id": attempts[2]["id"], "user_id": learner.id, "name": learner.name}
    assert (lowering["changed"], lowering["failing_count"]) == (3, 1)
    assert [each["attempt_id"] for each in lowering["failing"]] == [attempts[0]["id"]]


def test_voided_attempts_are_left_alone(client, owner, take, correct_key, carry_out, scores):
    attempt = take(False)
    client.post(f"/attempts/{attempt['id']}/void", json={"reason": "Ill."}, auth=owner)

    carry_out("full_points")

    assert scores(attempt) == [WRONG]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from_version": 0}, "from_version"),
        ({"from_version": 3}, "from_version"),
        ({"from_version": 2}, "from_version"),
        ({"from_version": "1"}, "from_version"),
        ({"rule": "guess"}, "rule"),
        ({"reason": " "}, "reason"),
        ({"may_lower": "yes"}, "may_lower"),
        ({"learners": [1]}, "learners"),
    ],
)
def test_invalid_fields_are_named(correct_key, regrade, body, field):
    assert field in regrade(**{"status": 422, **body})["errors"]["json"]


def test_an_essay_has_no_key(course, regrade):
    essay = make_question(course, "essay")

    assert "from_version" in regrade("new_key", question_id=essay, status=422)["errors"]["json"]


def test_only_the_courses_staff_regrade(regrade, learner, stranger, colleague):
    for person in (learner, stranger, colleague):
        regrade("full_points", auth=person, status=404)
