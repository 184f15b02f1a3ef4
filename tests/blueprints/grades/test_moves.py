"""Grades of record follow the requests that change results, at once or with the next job."""

import pytest

from learnstream.documents import Submission
from learnstream.services.grades import moving
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_question, make_quiz_lesson
from tests.grades import grade_of
from tests.homework import hand_in, make_assignment_lesson


@pytest.fixture
def grade(learner):
    """Return a function that reads the learner's grade as it is stored now."""

    def grade(lesson):
        db.session.rollback()
        return grade_of(learner, lesson.id)

    return grade


def test_a_mark_given_by_hand(client, course, owner, learner, grade):
    lesson = make_quiz_lesson(course, [essay := make_question(course, "essay")])
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(essay, "The moon shines."))
    submit(client, learner, attempt)

    client.patch(f"/attempts/{attempt['id']}/answers/{essay}", json={"points": 0.5}, auth=owner)

    assert grade(lesson).points == 0.5


def test_a_voided_attempt(client, owner, take, quiz, grade):
    attempt = take(2)

    client.post(f"/attempts/{attempt['id']}/void", json={"reason": "Copied."}, auth=owner)

    assert grade(quiz).points is None


def test_late_answers_that_are_accepted(client, course, owner, learner, grade):
    lesson = make_quiz_lesson(course, [question := make_question(course, "true_false")])
    attempt = start(client, learner, lesson)
    submit(client, learner, attempt)
    save(client, learner, attempt, given(question, True), status=409)
    assert (
        client.post(f"/attempts/{attempt['id']}/late-answers/accept", json={"reason": "x"}, auth=owner).status_code
        == 200
    )

    assert grade(lesson).points == 1


def test_homework_that_is_graded_held_overridden_and_released(client, course, owner, learner, grade):
    lesson = make_assignment_lesson(course, release="held")
    submission = hand_in(client, learner, lesson)
    client.put(f"/submissions/{submission['id']}/grade", json={"points": 7}, auth=owner)
    assert (grade(lesson).points, grade(lesson).for_learner.points) == (7, None)
    path = f"/courses/{course.id}/learners/{learner.id}/grades/{lesson.id}"
    client.put(path, json={"points": 8, "reason": "Recounted."}, auth=owner)
    assert grade(lesson).for_learner.points is None

    client.post(f"/lessons/{lesson.id}/grades/release", json={}, auth=owner)
    moving.move()

    found = grade(lesson)
    assert (found.released_points, found.for_learner.points, found.is_held) == (7, 8, False)
    assert Submission.collection().count_documents({"pending_grade": {"$exists": True}}) == 0


def test_a_release_shows_what_was_set_without_a_submission(client, course, owner, learner, grade):
    lesson = make_assignment_lesson(course, release="held")
    path = f"/courses/{course.id}/learners/{learner.id}/grades/{lesson.id}"
    client.put(path, json={"excused": True, "reason": "Was ill."}, auth=owner)
    assert grade(lesson).for_learner.excused is False

    client.post(f"/lessons/{lesson.id}/grades/release", json={}, auth=owner)

    assert grade(lesson).for_learner.excused is True
