"""Submitting attempts, and what follows."""

from decimal import Decimal

import pytest
from bson import ObjectId

from learnstream.documents import Attempt
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import events
from tests.attempts import given, save, start, submit
from tests.factories import make_question, order


def stored(attempt):
    return Attempt.collection().find_one({"_id": ObjectId(attempt["id"])})


def is_completed(client, person, lesson):
    return client.get(f"/lessons/{lesson.id}/progress", auth=person).json["completed"]


def test_a_submitted_attempt_is_marked(client, learner, begin, course, question):
    wrong, blank = (make_question(course, "true_false") for _ in range(2))
    attempt = begin(learner, (question, 2.5), wrong, (blank, 2), pass_fraction=0.5)
    save(client, learner, attempt, given(question, True), given(wrong, False))

    submitted = submit(client, learner, attempt)

    assert (submitted["state"], submitted["submitted_by"]) == ("submitted", "learner")
    found = stored(attempt)
    points = {each: mark["points"].to_decimal() for each, mark in found["marks"].items()}
    assert points == {question: Decimal("2.5"), wrong: 0, blank: 0}
    assert (found["score"].to_decimal(), found["passed"], found["awaiting"]) == (Decimal("2.5"), False, 0)


def test_an_essay_awaits_marking_by_hand(client, learner, begin, course, question):
    essay, blank = (make_question(course, "essay") for _ in range(2))
    attempt = begin(learner, question, essay, blank)
    save(client, learner, attempt, given(question, True), given(essay, "Because."))

    submit(client, learner, attempt)

    found = stored(attempt)
    assert (found["awaiting"], found["passed"]) == (1, None)
    assert {*found["marks"]} == {question, blank}


def test_submitting_again_changes_nothing(client, learner, begin, question):
    attempt = begin(learner)
    first = submit(client, learner, attempt)
    before = stored(attempt)

    again = submit(client, learner, attempt)

    assert again["submitted_at"] == first["submitted_at"]
    assert stored(attempt) == before


def test_after_the_end_the_clock_has_submitted_it(client, learner, begin, move_clock):
    attempt = begin(learner, time_limit=60)
    move_clock(seconds=76)

    submitted = submit(client, learner, attempt)

    assert (submitted["submitted_by"], submitted["submitted_at"]) == ("clock", attempt["deadline_at"])


def test_passing_completes_the_lesson_and_opens_the_next_at_once(client, owner, course, learner, make_quiz, question):
    lesson = make_quiz()
    order(
        owner,
        course,
        {"lessons": [course.preview, lesson]},
        {"lessons": [course.text, course.video], "conditions": {0: {"needs": [lesson]}}},
    )
    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 403
    submit(client, learner, start(client, learner, lesson))
    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 403
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True))

    submit(client, learner, attempt)

    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 200
    found = client.get(f"/lessons/{lesson.id}/progress", auth=learner).json
    assert (found["completed"], found["completion"]["rule"], found["fraction"]) == (True, "passed", 1.0)


@pytest.mark.parametrize(("rule", "completed"), [("passed", False), ("submitted", True)])
def test_the_lessons_rule_decides_what_completes_it(client, learner, make_quiz, rule, completed):
    lesson = make_quiz(completion={"rule": rule})

    submit(client, learner, start(client, learner, lesson))

    assert is_completed(client, learner, lesson) is completed


@pytest.mark.parametrize(
    ("score_of", "completed"), [("highest", True), ("latest", True), ("first", False), ("average", False)]
)
def test_passing_depends_on_the_attempts_that_count(client, learner, make_quiz, question, score_of, completed):
    lesson = make_quiz(score_of=score_of, pass_fraction=0.6)
    submit(client, learner, start(client, learner, lesson))
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True))

    submit(client, learner, attempt)

    assert is_completed(client, learner, lesson) is completed


def test_a_submission_is_an_event_without_its_result(client, course, learner, make_quiz, question):
    lesson = make_quiz()
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True))
    submit(client, learner, attempt)

    pending_events.move()
    pending_events.move()
    events.publish()

    feed = [each for each in events.browse(after=None, limit=99) if each.type.startswith(("attempt.", "lesson."))]
    assert sorted(each.type for each in feed) == ["attempt.submitted", "lesson.completed"]
    [submitted] = [each for each in feed if each.type == "attempt.submitted"]
    assert submitted.data == {
        "attempt_id": attempt["id"],
        "user_id": learner.id,
        "course_id": course.id,
        "lesson_id": lesson.id,
        "number": 1,
        "submitted_by": "learner",
    }
    shape = SHAPES[submitted.type]()
    assert shape.validate(shape.dump(submitted)) == {}


def test_the_attempts_of_others_cannot_be_submitted(client, learner, stranger, owner, begin):
    attempt = begin(learner)

    for person in (stranger, owner):
        assert client.post(f"/attempts/{attempt['id']}/submit", auth=person).status_code == 404
    assert stored(attempt)["state"] == "in_progress"
