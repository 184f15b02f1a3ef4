"""Results of quizzes in the grades of record."""

from decimal import Decimal

import pytest

from learnstream.documents import Attempt
from learnstream.services.assessment import standing
from learnstream.services.grades import moving, sources
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_person, make_question, make_quiz_lesson, make_seat
from tests.grades import grade_of

PENDING = sources.PENDING


def test_a_submitted_attempt_becomes_a_grade(take, moved, learner, course, quiz):
    attempt = take(2)

    found = moved()

    assert (found.course_id, found.kind, found.source_id) == (course.id, "quiz", attempt["id"])
    assert found.for_staff == found.for_learner == (2, 3, False, False)
    assert (found.awaiting, found.late_seconds, found.penalty) == (False, 0, None)
    assert found.submitted_at.isoformat() == attempt["submitted_at"]


def test_what_is_moved_is_not_pending_any_more(take, moved):
    take(2)

    moved()

    assert Attempt.collection().count_documents(PENDING) == 0
    assert moving.move() == 0


def test_attempts_in_progress_have_no_grade(client, learner, quiz, moved):
    start(client, learner, quiz)

    assert moved() is None


def test_a_better_attempt_raises_the_grade(take, moved, history):
    take(1)
    moved()
    take(3)

    assert moved().points == 3
    assert history() == [("result", None, 1), ("result", 1, 3)]


def test_a_worse_attempt_changes_nothing(take, moved, history):
    take(3)
    first = moved()
    take(1)

    assert moved() == first
    assert history() == [("result", None, 3)]


@pytest.mark.parametrize(("score_of", "points"), [("average", "1.6667"), ("first", "1"), ("latest", "2")])
def test_the_quiz_says_which_attempts_count(course, questions, take, moved, score_of, points):
    lesson = make_quiz_lesson(course, questions, attempts_allowed=None, score_of=score_of)
    for right in (1, 2, 2):
        take(right, lesson)

    assert moved(lesson).points == Decimal(points)


def test_a_voided_attempt_counts_no_more(client, owner, take, moved, history):
    take(1)
    best = take(3)
    moved()

    client.post(f"/attempts/{best['id']}/void", json={"reason": "Copied."}, auth=owner)

    assert moved().points == 1
    assert history()[-1] == ("result", 3, 1)


def test_without_an_attempt_that_counts_there_are_no_points(client, owner, take, moved):
    attempt = take(3)
    moved()

    client.post(f"/attempts/{attempt['id']}/void", json={"reason": "Copied."}, auth=owner)

    found = moved()
    assert (found.points, found.source_id, found.submitted_at, found.released_at) == (None, None, None, None)


@pytest.fixture
def essay(course, questions):
    """A quiz of an essay and a question that is marked automatically; the best attempt counts."""
    return make_quiz_lesson(course, [questions[0], make_question(course, "essay")], attempts_allowed=None)


def write(client, learner, lesson, *, right):
    attempt = start(client, learner, lesson)
    [first, second] = [each["question_id"] for each in attempt["questions"]]
    save(client, learner, attempt, given(first, right), given(second, "The moon shines."))
    return submit(client, learner, attempt), second


def test_a_result_that_awaits_marking_is_a_lower_bound_that_learners_do_not_see(client, learner, essay, moved):
    write(client, learner, essay, right=True)

    found = moved(essay)

    assert (found.awaiting, found.for_staff.points, found.for_learner.points) == (True, 1, None)


def test_a_mark_completes_the_grade(client, owner, learner, essay, moved):
    attempt, question = write(client, learner, essay, right=True)
    moved(essay)

    client.patch(f"/attempts/{attempt['id']}/answers/{question}", json={"points": 0.5}, auth=owner)

    found = moved(essay)
    assert (found.awaiting, found.for_staff.points, found.for_learner.points) == (False, 1.5, 1.5)


def test_an_attempt_that_awaits_marking_hides_no_earlier_one(client, owner, learner, essay, moved):
    attempt, question = write(client, learner, essay, right=True)
    client.patch(f"/attempts/{attempt['id']}/answers/{question}", json={"points": 0.5}, auth=owner)
    write(client, learner, essay, right=True)

    found = moved(essay)

    assert (found.for_staff.points, found.for_learner.points) == (1.5, 1.5)


def test_a_result_that_cannot_be_moved_keeps_no_other_waiting(take, moved, course, learner, monkeypatch, caplog):
    take(3)
    other = make_person()
    make_seat(other, course)
    broken = take(3, person=other)
    result = standing.result
    monkeypatch.setattr(standing, "result", lambda found: 1 / 0 if found[0]["user_id"] == other.id else result(found))

    assert moving.move() == 1

    assert grade_of(learner, broken["lesson_id"]).points == 3
    assert "could not be moved" in caplog.text
    monkeypatch.undo()
    assert moving.move() == 1


def test_results_of_users_who_do_not_exist_are_dropped(take, moved):
    take(3)
    Attempt.collection().update_many({}, {"$set": {"user_id": 10**9}})

    assert moved() is None
    assert Attempt.collection().count_documents(PENDING) == 0


def test_a_grade_is_brought_up_to_date_at_once(take, learner, quiz):
    take(2)

    moving.move_of(learner.id, quiz.id)
    db.session.commit()

    assert grade_of(learner, quiz.id).points == 2


def test_without_results_there_is_nothing_to_bring_up_to_date(learner, quiz):
    moving.move_of(learner.id, quiz.id)
    db.session.commit()

    assert grade_of(learner, quiz.id) is None
