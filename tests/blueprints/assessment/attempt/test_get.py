"""Reading attempts."""

import pytest

from learnstream.services.enrollment import enrollments
from learnstream.stores.sql import db
from tests.attempts import answer_of, given, read, save, start, submit
from tests.factories import make_person, make_seat


def test_an_attempt_shows_the_answers_that_are_stored(client, learner, begin, question):
    attempt = begin(learner)
    saved = save(client, learner, attempt, given(question, False, seq=7))

    found = read(client, learner, attempt)

    assert (answer_of(found), found["questions"][0]["seq"]) == (False, 7)
    assert found["digest"] == saved["digest"]


def test_the_time_that_is_left_is_the_servers(client, learner, begin, move_clock):
    attempt = begin(learner, time_limit=600)
    move_clock(minutes=4)

    assert attempt["time_left"] == 600
    assert 355 < read(client, learner, attempt)["time_left"] <= 360


def test_the_time_that_is_left_is_never_negative(client, learner, begin, move_clock):
    attempt = begin(learner, time_limit=60)
    move_clock(seconds=70)

    assert read(client, learner, attempt)["time_left"] == 0


def test_the_first_to_look_after_the_end_submits_the_attempt(client, learner, begin, question, move_clock):
    attempt = begin(learner, time_limit=60)
    save(client, learner, attempt, given(question, True))
    move_clock(seconds=76)

    found = read(client, learner, attempt)

    assert (found["state"], found["submitted_by"], found["time_left"]) == ("submitted", "clock", None)
    assert found["submitted_at"] == attempt["deadline_at"]
    assert answer_of(found) is True


def test_an_attempt_without_limit_does_not_end(client, learner, begin, move_clock):
    attempt = begin(learner)
    move_clock(days=20)

    found = read(client, learner, attempt)

    assert (found["state"], found["deadline_at"], found["time_left"]) == ("in_progress", None, None)


@pytest.mark.parametrize("who", ["other_owner", "stranger", "other learner"])
def test_the_attempts_of_others_do_not_exist(request, client, course, learner, begin, who):
    attempt = begin(learner)
    person = make_person() if who == "other learner" else request.getfixturevalue(who)
    if who == "other learner":
        make_seat(person, course)
    missing = client.get(f"/attempts/{'f' * 24}", auth=person)

    found = client.get(f"/attempts/{attempt['id']}", auth=person)

    assert (found.status_code, missing.status_code) == (404, 404)
    assert {**found.json, "request_id": ""} == {**missing.json, "request_id": ""}


def test_reading_needs_an_enrollment(client, course, learner, begin):
    attempt = begin(learner)
    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    db.session.commit()

    assert read(client, learner, attempt, status=403)["code"] == "not_enrolled"


def test_a_list_shows_ones_own_attempts_latest_first(client, course, learner, make_quiz):
    lesson = make_quiz()
    other = make_person()
    make_seat(other, course)
    start(client, other, lesson)
    first = submit(client, learner, start(client, learner, lesson))
    second = start(client, learner, lesson)

    found = client.get(f"/lessons/{lesson.id}/attempts", auth=learner).json

    assert [each["id"] for each in found] == [second["id"], first["id"]]
    assert [(each["number"], each["state"]) for each in found] == [(2, "in_progress"), (1, "submitted")]
    assert found[1]["submitted_at"] == first["submitted_at"]


def test_a_list_shows_no_attempt_in_progress_whose_time_is_over(client, learner, make_quiz, move_clock):
    lesson = make_quiz(time_limit=60)
    attempt = start(client, learner, lesson)
    move_clock(seconds=76)

    [found] = client.get(f"/lessons/{lesson.id}/attempts", auth=learner).json

    assert (found["state"], found["submitted_by"], found["score"]) == ("submitted", "clock", 0)
    assert found["submitted_at"] == attempt["deadline_at"]


def test_a_list_is_walked_through_by_cursors(client, learner, make_quiz):
    lesson = make_quiz()
    made = [submit(client, learner, start(client, learner, lesson))["id"] for _ in range(5)]
    address, found = f"/lessons/{lesson.id}/attempts?limit=2", []
    while address:
        response = client.get(address, auth=learner)
        found += [each["id"] for each in response.json]
        address = response.headers.get("Link", "").partition(">")[0].lstrip("<")

    assert found == made[::-1]
