"""What learners see of their results, and when."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.services.enrollment import enrollments
from learnstream.stores.sql import db
from tests.attempts import given, read, save, start, submit
from tests.factories import make_person, make_seat, publish, put_quiz, section

HIDDEN = {"score": False, "answers": False, "feedback": False}


def closing(hours=2):
    return {"closes": {"at": (now() + timedelta(hours=hours)).isoformat()}}


def review(**parts):
    return {"review": {"score": "never", "answers": "never", "feedback": "never"} | parts}


@pytest.fixture
def finish(client, learner, question):
    """Return a function that answers the question wrongly in an attempt, and submits it."""

    def finish(lesson, person=learner):
        attempt = start(client, person, lesson)
        save(client, person, attempt, given(question, False))
        return submit(client, person, attempt)

    return finish


@pytest.fixture
def visible(client, learner):
    """Return a function that says which parts of an attempt's result a learner sees, everywhere alike."""

    def visible(attempt, person=learner):
        found = read(client, person, attempt)
        listed = client.get(f"/lessons/{attempt['lesson_id']}/attempts", auth=person).json
        [entry] = [each for each in listed if each["id"] == attempt["id"]]
        assert (entry["review"], entry["score"], entry["passed"]) == (
            found["review"],
            found["score"],
            found["passed"],
        )
        result = found["questions"][0]["result"] or {"right": None, "score": None, "feedback": None}
        assert (found["score"] is not None) is found["review"]["score"]
        assert (result["right"] is not None) is (result["score"] is not None) is found["review"]["answers"]
        assert (result["feedback"] is not None) is found["review"]["feedback"]
        return {part for part, shown in found["review"].items() if shown}

    return visible


def test_results_are_not_shown_after_the_enrollment_has_ended(client, course, learner, make_quiz, finish):
    """Submitting again is no way around what reading refuses."""
    lesson = make_quiz(**review(score="at_once", answers="at_once", feedback="at_once"))
    attempt = finish(lesson)
    assert attempt["review"] == dict.fromkeys(HIDDEN, True)
    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    db.session.commit()

    again = submit(client, learner, attempt)

    assert (again["review"], again["score"], again["questions"][0]["result"]) == (HIDDEN, None, None)


def test_nothing_is_shown_of_an_attempt_in_progress(client, learner, begin):
    attempt = begin(learner, **review(score="at_once", answers="at_once", feedback="at_once"))

    assert (attempt["review"], attempt["score"], attempt["questions"][0]["result"]) == (HIDDEN, None, None)


def test_the_result_is_shown_at_once(make_quiz, finish):
    result = finish(make_quiz(**review(score="at_once", answers="at_once", feedback="at_once")))

    assert (result["score"], result["passed"], result["awaiting"]) == (0.0, False, 0)
    assert result["questions"][0]["result"] == {
        "score": 0.0,
        "right": True,
        "explanation": "Because.",
        "feedback": [{"text": "No."}],
        "comment": None,
    }


@pytest.mark.parametrize("part", ["score", "answers", "feedback"])
def test_each_part_is_shown_by_itself(make_quiz, finish, visible, part):
    assert visible(finish(make_quiz(**review(**{part: "at_once"})))) == {part}


def test_results_are_held_back_for_good(make_quiz, finish, visible, move_clock):
    attempt = finish(make_quiz(**review(), **closing()))
    move_clock(hours=3)

    assert visible(attempt) == set()


def test_results_wait_for_the_last_attempt(make_quiz, finish, visible):
    lesson = make_quiz(**review(score="at_once", answers="after_last_attempt"), attempts_allowed=2)
    first = finish(lesson)
    assert visible(first) == {"score"}

    second = finish(lesson)

    assert visible(first) == visible(second) == {"score", "answers"}


def test_nothing_of_an_earlier_attempt_is_shown_during_the_last_one(client, learner, make_quiz, finish, visible):
    lesson = make_quiz(**review(answers="after_last_attempt"), attempts_allowed=2)
    first = finish(lesson)

    start(client, learner, lesson)

    assert visible(first) == set()


def test_an_extra_attempt_is_one_to_wait_for(client, owner, learner, make_quiz, finish, visible):
    lesson = make_quiz(**review(answers="after_last_attempt"), attempts_allowed=1)
    body = {"user_id": learner.id, "extra_attempts": 1, "reason": "Was ill."}
    client.post(f"/lessons/{lesson.id}/accommodations", auth=owner, json=body)
    first = finish(lesson)
    assert visible(first) == set()

    finish(lesson)

    assert visible(first) == {"answers"}


def test_results_wait_until_the_quiz_has_closed(make_quiz, finish, visible, move_clock):
    attempt = finish(make_quiz(**review(answers="after_close", feedback="after_last_attempt"), **closing()))
    assert visible(attempt) == set()

    move_clock(hours=2, seconds=5)
    assert visible(attempt) == set()

    move_clock(seconds=15)
    assert visible(attempt) == {"answers", "feedback"}


def test_a_later_closing_holds_back_the_results_of_that_learner_alone(
    client, owner, learner, course, make_quiz, finish, visible, move_clock
):
    other = make_person()
    make_seat(other, course)
    lesson = make_quiz(**review(answers="after_close"), **closing())
    body = {"user_id": other.id, "closes_at": (now() + timedelta(hours=5)).isoformat(), "reason": "Travels."}
    client.post(f"/lessons/{lesson.id}/accommodations", auth=owner, json=body)
    attempts = {person: finish(lesson, person) for person in (learner, other)}

    move_clock(hours=3)
    assert [visible(attempt, person) for person, attempt in attempts.items()] == [{"answers"}, set()]

    move_clock(hours=3)
    assert visible(attempts[other], other) == {"answers"}


def test_publishing_other_settings_releases_results_and_holds_them_back(course, question, make_quiz, finish, visible):
    lesson = make_quiz(**review())
    attempt = finish(lesson)
    assert visible(attempt) == set()

    for parts in ({"score": "at_once"}, {}):
        put_quiz(lesson, [section(question)], **review(**parts))
        assert visible(attempt) == (set() if parts else {"score"})
        publish(course)
        assert visible(attempt) == set(parts)


def test_a_later_closing_in_a_new_version_holds_back_earlier_results(
    course, question, make_quiz, finish, visible, move_clock
):
    lesson = make_quiz(**review(answers="after_close"), **closing())
    attempt = finish(lesson)
    put_quiz(lesson, [section(question)], **review(answers="after_close"), **closing(8))
    publish(course)

    move_clock(hours=3)
    assert visible(attempt) == set()

    move_clock(hours=6)
    assert visible(attempt) == {"answers"}
