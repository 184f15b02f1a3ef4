"""Marking by hand."""

from decimal import Decimal

import pytest
from bson import ObjectId

from learnstream.documents import Attempt
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import events
from tests.attempts import start
from tests.factories import make_question


@pytest.fixture
def attempt(hand_in, learner):
    return hand_in(learner)


def stored(attempt):
    return Attempt.collection().find_one({"_id": ObjectId(attempt["id"])})


def is_completed(client, person, lesson):
    return client.get(f"/lessons/{lesson.id}/progress", auth=person).json["completed"]


def test_the_last_mark_decides_the_result(client, owner, learner, lesson, attempt, mark, essay):
    assert not is_completed(client, learner, lesson)

    marked = mark(attempt, 2, comment="Well argued.")

    at = marked.pop("at")
    assert at > attempt["submitted_at"]
    assert marked == {
        "question_id": essay,
        "points": 2.0,
        "comment": "Well argued.",
        "by": owner.id,
        "revision": 2,
        "score": 3.0,
        "max_score": 3.0,
        "passed": True,
        "awaiting": 0,
    }
    assert is_completed(client, learner, lesson)


def test_points_are_exact(mark, attempt):
    assert mark(attempt, 1.3333)["score"] == 2.3333
    assert stored(attempt)["score"].to_decimal() == Decimal("2.3333")


def test_the_earlier_result_and_who_changed_it_stay(mark, attempt, owner, admin, question, essay):
    mark(attempt, 2)
    mark(attempt, 0, question_id=question, comment="The key was wrong.", auth=admin)

    first, second = stored(attempt)["history"]

    assert (first["by"], first["awaiting"], first["marks"]) == (owner.id, 1, {essay: None})
    assert (second["cause"], second["by"], second["reason"]) == ("marked", admin.id, "The key was wrong.")
    assert (second["score"].to_decimal(), second["passed"]) == (3, True)
    assert second["marks"][question]["points"].to_decimal() == 1
    assert (stored(attempt)["score"].to_decimal(), stored(attempt)["passed"]) == (2, False)


def test_what_was_completed_stays_completed(client, learner, lesson, attempt, mark):
    mark(attempt, 2)
    mark(attempt, 0)

    assert is_completed(client, learner, lesson)


def test_the_same_mark_again_changes_nothing(mark, attempt):
    mark(attempt, 1)
    before = stored(attempt)

    mark(attempt, 1)

    assert stored(attempt) == before


def test_an_outdated_if_match_is_rejected(mark, attempt, question):
    mark(attempt, 1, question_id=question, revision=2, comment="Another answer.")
    assert mark(attempt, 1, revision=1)["revision"] == 2

    mark(attempt, 2, revision=1, status=412)
    mark(attempt, 2, revision=2)


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        (2.0001, "Must be at most 2."),
        (-0.1, "Must be greater than or equal to 0"),
        (0.00001, "Must have at most 4 decimal places."),
        ("2", "Not a valid number."),
        (True, "Not a valid number."),
        (None, "Field may not be null."),
    ],
)
def test_impossible_points_are_named(mark, attempt, points, problem):
    before = stored(attempt)

    [found] = mark(attempt, points, status=422)["errors"]["json"]["points"]

    assert found.startswith(problem)
    assert stored(attempt) == before


def test_an_attempt_in_progress_cannot_be_marked(client, mark, learner, lesson):
    assert mark(start(client, learner, lesson), status=409)["code"] == "attempt_in_progress"


def test_an_attempt_whose_time_is_over_is_submitted_and_marked(client, mark, learner, make_quiz, essay, move_clock):
    attempt = start(client, learner, make_quiz((essay, 2), time_limit=60))
    move_clock(seconds=76)

    assert mark(attempt, 2)["score"] == 2.0


def test_a_question_that_was_not_asked_cannot_be_marked(mark, attempt, course):
    mark(attempt, question_id=make_question(course, "essay"), status=404)


def test_the_staff_of_a_group_mark_their_learners_only(mark, hand_in, attempt, classmate, group, colleague):
    mark(attempt, auth=colleague)

    mark(hand_in(classmate), auth=colleague, status=404)


def test_others_do_not_learn_of_it(mark, attempt, learner, classmate, stranger, colleague):
    for person in (learner, classmate, stranger, colleague):
        mark(attempt, auth=person, status=404)


def test_a_change_is_an_event_without_the_result(attempt, mark, course, learner, lesson):
    mark(attempt, 2)
    pending_events.move()
    events.publish()

    [event] = [each for each in events.browse(after=None, limit=99) if each.type == "attempt.result_changed"]

    assert event.data == {
        "attempt_id": attempt["id"],
        "user_id": learner.id,
        "course_id": course.id,
        "lesson_id": lesson.id,
        "number": 1,
        "cause": "marked",
    }
    shape = SHAPES[event.type]()
    assert shape.validate(shape.dump(event)) == {}
