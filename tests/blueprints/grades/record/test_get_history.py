"""How a grade came to change."""

import pytest

from tests.factories import make_person, make_quiz_lesson
from tests.homework import hand_in, make_assignment_lesson


@pytest.fixture
def read(client, course, learner, quiz):
    def read(auth, lesson=quiz, status=200, query=""):
        path = f"/courses/{course.id}/learners/{learner.id}/grades/{lesson.id}/history{query}"
        response = client.get(path, auth=auth)
        assert response.status_code == status, response.json
        return response.json

    return read


@pytest.fixture
def override(client, course, learner, owner):
    def override(lesson, **body):
        path = f"/courses/{course.id}/learners/{learner.id}/grades/{lesson.id}"
        assert client.put(path, json={"reason": "Answered orally.", **body}, auth=owner).status_code == 200

    return override


def told(changes):
    return [(each["cause"], each["before_points"], each["points"], each["shown"]) for each in changes]


def test_staff_see_all_changes_latest_first(read, override, take, moved, quiz, owner):
    take(1)
    moved()
    override(quiz, points=2)
    take(3)
    moved()

    changes = read(owner)

    assert told(changes) == [("result", 1, 3, True), ("overridden", 1, 2, True), ("result", None, 1, True)]
    assert [each["by"] for each in changes] == [None, owner.id, None]
    assert changes[1]["reason"] == "Answered orally."


def test_the_history_is_read_in_parts(read, take, moved, owner):
    for right in (1, 2, 3):
        take(right)
        moved()

    assert told(read(owner, query="?page_size=1")) == [("result", 2, 3, True)]


def test_learners_see_their_own_without_who_changed_it(read, override, take, moved, learner, quiz):
    take(1)
    moved()
    override(quiz, points=2)

    changes = read(learner)

    assert told(changes) == [("overridden", None, 2, True), ("result", None, 1, True)]
    assert {each["by"] for each in changes} == {None}
    assert changes[0]["reason"] == "Answered orally."


def test_an_undone_override_does_not_tell_what_is_held_back(client, read, override, course, learner, mark, moved):
    lesson = make_assignment_lesson(course, resubmit="until_closed")
    override(lesson, points=2)
    hand_in(client, learner, lesson)
    mark(lesson, 1, 7, released=False)
    moved(lesson)
    override(lesson, points=None)

    changes = read(learner, lesson)
    assert told(changes) == [("cleared", None, None, True), ("overridden", None, 2, True)]
    assert [each["max_points"] for each in changes] == [None, 10]


def test_learners_see_nothing_that_is_held_back(client, read, override, course, learner, mark, moved):
    lesson = make_assignment_lesson(course, release="held")
    hand_in(client, learner, lesson)
    mark(lesson, 1, 7, released=False)
    moved(lesson)
    override(lesson, points=2)
    assert read(learner, lesson) == []

    mark(lesson, 1, 7)
    moved(lesson)

    assert told(read(learner, lesson)) == [("released", None, 2, True), ("released", None, 7, True)]


def test_a_release_does_not_tell_which_submission_is_the_best_one(client, read, course, learner, owner, mark, moved):
    lesson = make_assignment_lesson(course, release="held", resubmit="until_closed")
    for text in ("The sun", "The moon"):
        hand_in(client, learner, lesson, text)
    mark(lesson, 1, 5)
    mark(lesson, 2, 9, released=False)
    moved(lesson)

    assert [(each["points"], each["source_id"]) for each in read(learner, lesson)] == [(5, None)]
    assert {each["source_id"] for each in read(owner, lesson)} != {None}


def test_a_score_that_the_review_policy_holds_back_is_not_told(
    client, read, override, course, questions, take, moved, learner, owner
):
    review = {"score": "never", "answers": "never", "feedback": "never"}
    lesson = make_quiz_lesson(course, questions, review=review)
    take(2, lesson)
    moved(lesson)
    override(lesson, points=3)

    assert read(learner, lesson) == []
    assert len(read(owner, lesson)) == 2


def test_anonymous_homework_does_not_tell_its_points(client, read, override, course, learner, owner, mark, moved):
    lesson = make_assignment_lesson(course, anonymous=True, release="held")
    hand_in(client, learner, lesson)
    mark(lesson, 1, 7, released=False)
    moved(lesson)
    override(lesson, points=2)
    override(lesson, points=None)

    changes = read(owner, lesson)

    assert told(changes) == [("cleared", None, None, False), ("overridden", None, 2, False)]
    assert {each["source_id"] for each in changes} == {None}


def test_a_grade_that_never_changed_has_no_history(read, owner, learner):
    assert (read(owner), read(learner)) == ([], [])


def test_others_see_nothing(read, stranger):
    read(stranger, status=403)
    read(make_person(), status=403)
