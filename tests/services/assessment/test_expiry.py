"""Attempts whose time is over, and what follows from results."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import Attempt, Progress
from learnstream.documents.question import QuestionVersion
from learnstream.services.assessment import clock, completing, expiry, saving, submitting
from learnstream.services.learning import progress
from learnstream.services.quizzes import question_versions
from learnstream.stores import cache
from tests.attempts import given
from tests.factories import make_person, make_question, make_seat


@pytest.fixture
def answer(question, learner):
    """Return a function that saves an answer of the learner."""

    def answer(attempt, value=True):
        sent = given(question, value, client_time=now()) | {"seconds": None}
        sent["client_time"] = now()
        saving.save(str(attempt["_id"]), user_id=learner.id, given=[sent])

    return answer


def is_completed():
    return Progress.collection().count_documents({"completed_at": {"$ne": None}}) == 1


def test_the_job_submits_what_was_saved_once_the_grace_is_over(start, stored, make_quiz, answer, move_clock):
    attempt, _ = start(make_quiz(time_limit=60))
    answer(attempt)
    move_clock(seconds=74)
    assert expiry.submit_due() == 0

    move_clock(seconds=2)

    assert expiry.submit_due() == 1
    found = stored(attempt)
    assert (found["state"], found["submitted_by"], found["passed"]) == ("submitted", "clock", True)
    assert found["submitted_at"] == found["deadline_at"] == attempt["deadline_at"]
    assert is_completed()
    assert expiry.submit_due() == 0


def test_the_job_needs_no_postgresql(start, stored, make_quiz, answer, move_clock, queries):
    attempt, _ = start(make_quiz(time_limit=60))
    answer(attempt)
    move_clock(seconds=76)
    queries.clear()

    expiry.submit_due()
    expiry.follow_results()

    assert (stored(attempt)["state"], is_completed()) == ("submitted", True)
    assert "sql" not in queries


def test_the_closing_time_ends_attempts_too(start, stored, make_quiz, move_clock):
    closes_at = now() + timedelta(minutes=10)
    attempt, _ = start(make_quiz(time_limit=3600, closes={"at": closes_at.isoformat()}))
    move_clock(minutes=10, seconds=16)

    expiry.submit_due()

    assert stored(attempt)["submitted_at"] == closes_at


def test_attempts_in_time_and_without_limit_go_on(start, stored, make_quiz, course, move_clock):
    other = make_person()
    make_seat(other, course)
    found = [start(make_quiz(time_limit=3600))[0], start(make_quiz(), other)[0]]
    move_clock(minutes=30)

    assert expiry.submit_due() == 0
    assert {stored(each)["state"] for each in found} == {"in_progress"}


def test_an_attempt_that_cannot_be_marked_keeps_no_other_waiting(start, stored, make_quiz, course, move_clock, caplog):
    other = make_person()
    make_seat(other, course)
    broken_question = make_question(course, "true_false")
    broken, _ = start(make_quiz(broken_question, time_limit=30))
    healthy, _ = start(make_quiz(time_limit=60), other)
    [item] = broken["items"]
    QuestionVersion.collection().delete_one({"_id": item["version_id"]})
    question_versions.known.clear()
    cache.invalidate(question_versions.KEY + str(item["version_id"]))
    move_clock(seconds=76)

    assert expiry.submit_due() == 1

    assert (stored(broken)["state"], stored(healthy)["state"]) == ("in_progress", "submitted")
    assert str(broken["_id"]) in caplog.text


def test_a_completion_that_a_crash_left_is_made_up_for(start, stored, make_quiz, answer, learner, monkeypatch):
    attempt, _ = start(make_quiz())
    answer(attempt)
    monkeypatch.setattr(completing, "follow", lambda attempt: attempt)
    submitting.submit(str(attempt["_id"]), user_id=learner.id)
    monkeypatch.undo()
    assert not is_completed()

    assert expiry.follow_results() == 1

    assert is_completed()
    assert expiry.follow_results() == 0


def test_a_result_from_before_a_reset_completes_nothing(start, stored, make_quiz, answer, learner):
    lesson = make_quiz()
    attempt, _ = start(lesson)
    answer(attempt)
    submitting.submit(str(attempt["_id"]), user_id=learner.id)
    progress.reset(user_id=learner.id, lesson_ids=[lesson.id])
    Attempt.collection().update_one({"_id": attempt["_id"]}, {"$set": {"completion_due": True}})

    assert expiry.follow_results() == 1

    assert not is_completed()


def test_a_deadline_that_is_moved_holds(start, stored, make_quiz, answer, move_clock, learner, monkeypatch):
    attempt, _ = start(make_quiz(time_limit=60))
    Attempt.collection().update_one({"_id": attempt["_id"]}, {"$set": {"deadline_at": None, "submit_at": None}})

    clock.recompute(str(attempt["_id"]))

    assert stored(attempt)["deadline_at"] == attempt["deadline_at"]
    revision = stored(attempt)["revision"]
    clock.recompute(str(attempt["_id"]))
    assert stored(attempt)["revision"] == revision


def test_a_job_that_read_an_old_deadline_does_not_submit(start, stored, make_quiz, move_clock):
    attempt, _ = start(make_quiz(time_limit=60))
    old = stored(attempt)
    move_clock(seconds=76)
    later = now() + timedelta(minutes=5)
    update = {"$set": {"deadline_at": later, "submit_at": later + clock.GRACE}, "$inc": {"revision": 1}}
    Attempt.collection().update_one({"_id": attempt["_id"]}, update)

    submitting.end_if_due(old, now())

    assert stored(attempt)["state"] == "in_progress"
