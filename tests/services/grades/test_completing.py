"""Courses that are completed by all lessons and a grade."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.models import Enrollment, Event, SeatStatus
from learnstream.services.analytics import rollup
from learnstream.services.grades import moving
from learnstream.stores.sql import db
from tests.factories import make_course, make_question, make_quiz_lesson, make_seat
from tests.grades import give
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.learning import open_text


@pytest.fixture
def whole(owner, learner):
    """A course without lessons yet, in which the learner is enrolled."""
    course = make_course(owner, lessons=({"title": "Welcome", "body": "# Welcome"},))
    make_seat(learner, course)
    return course


@pytest.fixture
def require(client, owner, whole):
    """Return a function that publishes the course so that completing it takes a share of the points."""

    def require(fraction, **settings):
        path = f"/courses/{whole.id}"
        assert (
            client.put(f"{path}/grading", json={"completion_fraction": fraction, **settings}, auth=owner).status_code
            == 200
        )
        assert client.post(f"{path}/publish", auth=owner).status_code == 201

    return require


@pytest.fixture
def read_all(learner, whole):
    """Return a function that has the learner complete the text of the course."""
    return lambda: open_text(learner, whole, whole.lessons[0])


@pytest.fixture
def state(client, learner, whole):
    """Return a function that has everything followed; it returns whether the course is completed, as all places tell."""

    def state():
        moving.move()
        rollup.run()
        db.session.rollback()
        seat = db.session.query(Enrollment).filter_by(user_id=learner.id, course_id=whole.id).one()
        shown = client.get(f"/courses/{whole.id}/progress", auth=learner).json
        found = {seat.status is SeatStatus.COMPLETED, shown["completed"], shown["completed_at"] is not None}
        found.add(db.session.query(Event).filter_by(type="course.completed").count() == 1)
        assert len(found) == 1
        return found.pop()

    return state


@pytest.fixture
def lesson(whole):
    questions = [make_question(whole, "true_false") for _ in range(4)]
    return make_quiz_lesson(whole, questions, attempts_allowed=None, completion={"rule": "submitted"})


def test_all_lessons_do_not_suffice_if_a_grade_is_needed(lesson, require, read_all, take, state):
    require(0.75)
    read_all()
    take(2, lesson)

    assert state() is False


def test_the_grade_that_is_needed_suffices(lesson, require, read_all, take, state):
    require(0.75)
    read_all()
    take(3, lesson)

    assert state() is True


def test_a_better_grade_completes_the_course_later(lesson, require, read_all, take, state):
    require(0.75)
    read_all()
    take(2, lesson)
    assert state() is False

    take(4, lesson)

    assert state() is True


def test_the_grade_alone_does_not_suffice(lesson, require, read_all, take, state):
    require(0.75)
    take(4, lesson)

    assert state() is False


def test_without_such_a_setting_all_lessons_suffice(lesson, read_all, take, state):
    read_all()
    take(0, lesson)

    assert state() is True


def test_a_course_without_graded_lessons_is_completed_by_its_lessons(require, read_all, state):
    require(0.75)
    read_all()

    assert state() is True


def test_nothing_counts_before_there_is_a_grade(client, learner, whole, require, read_all, state):
    lesson = make_assignment_lesson(whole)
    require(0)
    read_all()
    hand_in(client, learner, lesson)

    assert state() is False


def test_what_is_completed_stays_completed(client, owner, lesson, require, read_all, take, state):
    require(0.75)
    read_all()
    attempt = take(4, lesson)
    assert state() is True

    client.post(f"/attempts/{attempt['id']}/void", json={"reason": "Copied."}, auth=owner)

    assert state() is True


def test_an_override_completes_the_course(client, owner, learner, whole, lesson, require, read_all, take, state):
    require(0.75)
    read_all()
    take(0, lesson)
    assert state() is False
    body = {"points": 3, "reason": "Answered orally."}

    client.put(f"/courses/{whole.id}/learners/{learner.id}/grades/{lesson.id}", json=body, auth=owner)

    assert state() is True


def test_a_grade_that_is_held_back_completes_nothing(client, learner, whole, require, read_all, mark, state):
    homework = make_assignment_lesson(whole, release="held", completion={"rule": "submitted"})
    require(0.75)
    read_all()
    hand_in(client, learner, homework)
    mark(homework, 1, 9, released=False)
    assert state() is False

    mark(homework, 1, 9)

    assert state() is True


def test_grades_of_many_learners_are_read_with_one_query(client, whole, require, statements):
    homework = make_assignment_lesson(whole, completion={"rule": "submitted"})
    require(0.75)
    people = [learner_of(whole) for _ in range(3)]
    for person in people:
        open_text(person, whole, whole.lessons[0])
        hand_in(client, person, homework)
        give(person, whole, homework, 8)

    with statements() as sent:
        rollup.run()

    assert len([each for each in sent if "FROM grades" in each]) == 1
    db.session.rollback()
    completed = db.session.query(Enrollment.user_id).filter_by(course_id=whole.id, status=SeatStatus.COMPLETED)
    assert {row.user_id for row in completed} == {person.id for person in people}


def test_a_score_that_the_review_policy_holds_back_completes_nothing(client, whole, require, read_all, take, state):
    review = {"score": "never", "answers": "never", "feedback": "never"}
    questions = [make_question(whole, "true_false")]
    quiz = make_quiz_lesson(whole, questions, review=review, completion={"rule": "submitted"})
    require(0.75)
    read_all()
    take(1, quiz)

    assert state() is False


def test_a_score_that_is_shown_once_the_quiz_closes_completes_the_course_then(
    whole, require, read_all, take, state, move_clock
):
    review = {"score": "after_close", "answers": "never", "feedback": "never"}
    closes = {"at": (now() + timedelta(minutes=90)).isoformat()}
    questions = [make_question(whole, "true_false")]
    quiz = make_quiz_lesson(whole, questions, review=review, closes=closes, completion={"rule": "submitted"})
    require(0.75)
    read_all()
    take(1, quiz)
    assert state() is False

    move_clock(minutes=91)

    assert state() is True
