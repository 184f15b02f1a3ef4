"""Starting attempts."""

from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.services.assessment import starting
from tests.attempts import start, submit
from tests.factories import (
    make_person,
    make_question,
    make_quiz_lesson,
    make_seat,
    order,
    publish,
    put_quiz,
    section,
)


def asked(attempt):
    return [each["question_id"] for each in attempt["questions"]]


def refused(client, person, lesson, **body):
    response = client.post(f"/lessons/{lesson.id}/attempts", json=body, auth=person)
    return response.status_code, response.json["code"]


def test_the_learner_is_asked_the_quizs_questions(client, course, learner, make_quiz):
    essay = make_question(course, "essay", stem="Why?")
    choice = make_question(course)

    attempt = start(client, learner, make_quiz((essay, 2.5), choice))

    assert asked(attempt) == [essay, choice]
    assert attempt["number"] == 1
    assert attempt["state"] == "in_progress"
    assert attempt["max_score"] == 3.5
    assert attempt["questions"][0] == {
        "question_id": essay,
        "section": "",
        "points": 2.5,
        "kind": "essay",
        "stem": "Why?",
        "media": [],
        "max_length": 500,
        "answer": None,
        "seq": None,
        "result": None,
    }
    assert len(attempt["questions"][1]["options"]) == 3


def test_a_reload_continues_the_same_attempt(client, learner, make_quiz, course):
    lesson = make_quiz(*(make_question(course) for _ in range(5)), shuffle_options=True)
    attempt = start(client, learner, lesson)

    again = start(client, learner, lesson, status=200)

    assert {**again, "server_time": None} == {**attempt, "server_time": None}


def test_learners_see_other_ids_and_orders(client, course, learner, make_quiz):
    lesson = make_quiz(*(make_question(course) for _ in range(6)), shuffle_options=True)
    other = make_person()
    make_seat(other, course)

    one, two = (start(client, person, lesson)["questions"] for person in (learner, other))

    assert [each["stem"] for each in one] == [each["stem"] for each in two]
    orders = [[[option["text"] for option in each["options"]] for each in questions] for questions in (one, two)]
    assert orders[0] != orders[1]
    ids = [{option["id"] for each in questions for option in each["options"]} for questions in (one, two)]
    assert ids[0] & ids[1] == set()


def test_draws_are_kept_within_an_attempt_and_differ_between_attempts(client, course, learner):
    for _ in range(4):
        make_question(course, "true_false", tags=["moon"])
    lesson = make_quiz_lesson(
        course, sections=[{"draw": {"count": 2, "tags": ["moon"], "points": 1}}], attempts_allowed=2
    )
    first = start(client, learner, lesson)
    assert asked(start(client, learner, lesson, status=200)) == asked(first)
    submit(client, learner, first)

    second = start(client, learner, lesson)

    assert len({*asked(first), *asked(second)}) == 4


def test_an_attempt_stays_with_the_version_in_which_it_began(client, course, learner, make_quiz, question):
    lesson = make_quiz()
    attempt = start(client, learner, lesson)
    put_quiz(lesson, [section(make_question(course))], attempts_allowed=2)
    publish(course)

    assert asked(start(client, learner, lesson, status=200)) == [question]
    submit(client, learner, attempt)
    assert asked(start(client, learner, lesson)) != [question]


def test_attempts_are_limited(client, learner, make_quiz):
    lesson = make_quiz(attempts_allowed=2)
    for _ in range(2):
        submit(client, learner, start(client, learner, lesson))

    assert refused(client, learner, lesson) == (409, "attempts_exhausted")


def test_attempts_without_a_limit_end_somewhere(client, learner, make_quiz):
    lesson = make_quiz(attempts_allowed=None)
    submit(client, learner, start(client, learner, lesson))
    first = Attempt.collection().find_one()
    copies = [{**first, "_id": ObjectId(), "number": number} for number in range(2, starting.MOST_ATTEMPTS)]
    Attempt.collection().insert_many(copies)

    submit(client, learner, start(client, learner, lesson))

    assert refused(client, learner, lesson) == (409, "attempts_exhausted")


def test_a_void_attempt_is_given_back(client, learner, make_quiz):
    lesson = make_quiz(attempts_allowed=1)
    submit(client, learner, start(client, learner, lesson))
    Attempt.collection().update_many({}, {"$set": {"voided_at": now()}})

    assert start(client, learner, lesson)["number"] == 2


def test_a_quiz_may_ask_to_wait(client, learner, make_quiz, move_clock):
    lesson = make_quiz(wait=600)
    submit(client, learner, start(client, learner, lesson))

    response = client.post(f"/lessons/{lesson.id}/attempts", auth=learner)

    assert (response.status_code, response.json["code"]) == (429, "wait_before_retry")
    assert 590 < int(response.headers["Retry-After"]) <= 600
    move_clock(seconds=601)
    start(client, learner, lesson)


def test_a_closed_quiz_cannot_be_started(client, learner, make_quiz, move_clock):
    lesson = make_quiz(closes={"at": (now() + timedelta(hours=1)).isoformat()})
    move_clock(hours=1)

    assert refused(client, learner, lesson) == (409, "quiz_closed")


def test_an_access_code_is_needed_to_start_but_not_to_continue(client, learner, make_quiz):
    lesson = make_quiz(access_code="Perihelion")

    assert refused(client, learner, lesson) == (403, "access_code_wrong")
    assert refused(client, learner, lesson, access_code="aphelion") == (403, "access_code_wrong")
    start(client, learner, lesson, access_code="perihelion")
    start(client, learner, lesson, status=200)


def test_guessing_access_codes_is_throttled(app, monkeypatch, client, learner, make_quiz):
    lesson = make_quiz(access_code="perihelion")
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    for number in range(5):
        assert refused(client, learner, lesson, access_code=str(number)) == (403, "access_code_wrong")

    assert refused(client, learner, lesson, access_code="perihelion") == (429, "rate_limited")


@pytest.mark.parametrize("body", [{"access_code": 5}, {"access_code": "x" * 201}, {"access_code": "\0"}, {"code": "x"}])
def test_an_invalid_body_is_refused(client, learner, make_quiz, body):
    assert refused(client, learner, make_quiz(), **body) == (422, "validation_failed")


def test_only_a_quiz_can_be_attempted(client, course, learner):
    assert refused(client, learner, course.text) == (404, "not_a_quiz")


def test_only_those_who_are_enrolled_can_take_a_quiz(client, owner, admin, stranger, make_quiz):
    lesson = make_quiz()

    assert [refused(client, person, lesson) for person in (owner, admin, stranger)] == [(403, "not_enrolled")] * 3


def test_an_instructor_can_take_the_quiz_with_an_enrollment(client, course, owner, make_quiz):
    make_seat(owner, course)

    assert start(client, owner, make_quiz())["number"] == 1


def test_a_quiz_opens_like_any_lesson(client, owner, learner, course, make_quiz):
    lesson = make_quiz()
    order(owner, course, {"lessons": [course.preview, course.text, course.video]}, {"lessons": [lesson], "needs": [0]})

    assert refused(client, learner, lesson) == (403, "prerequisite_missing")


def test_starting_begins_the_lesson(client, learner, make_quiz):
    lesson = make_quiz()
    start(client, learner, lesson)

    assert client.get(f"/lessons/{lesson.id}/progress", auth=learner).json["opened_at"]


def test_an_attempt_that_is_over_makes_room_for_the_next(client, learner, make_quiz, move_clock):
    lesson = make_quiz(time_limit=60)
    start(client, learner, lesson)
    move_clock(seconds=76)

    assert start(client, learner, lesson)["number"] == 2
    assert Attempt.collection().find_one({"number": 1})["submitted_by"] == "clock"
