"""Results of homework in the grades of record."""

from decimal import Decimal

import pytest
from bson import Decimal128

from learnstream.documents import Submission
from learnstream.services.grades import moving
from learnstream.services.grades.sources import PENDING
from learnstream.services.homework import returning
from tests.grades import my_grades
from tests.homework import hand_in, make_assignment_lesson, save_draft


@pytest.fixture
def handed_in(client, learner, homework):
    return hand_in(client, learner, homework)


def test_what_is_handed_in_awaits_marking(handed_in, homework, moved, history):
    found = moved(homework)

    assert (found.kind, found.awaiting, found.points, found.max_points) == ("assignment", True, None, 10)
    assert found.submitted_at.isoformat() == handed_in["submitted_at"]
    assert Submission.collection().count_documents(PENDING) == 0


def test_a_draft_has_no_grade(client, learner, homework, moved):
    save_draft(client, learner, homework, text="The sun")

    assert moved(homework) is None


def test_a_grade_that_is_held_back_is_not_seen_by_the_learner(handed_in, homework, mark, moved, history):
    mark(homework, 1, 7.5, released=False)

    found = moved(homework)

    assert (found.awaiting, found.is_held) == (False, True)
    assert found.for_staff == (Decimal("7.5"), 10, False, False)
    assert found.for_learner == (None, None, False, False)
    assert history() == [("result", None, Decimal("7.5"))]


def test_a_release_is_a_change_that_the_learner_sees(handed_in, homework, mark, moved, history):
    mark(homework, 1, 7, released=False)
    moved(homework)
    mark(homework, 1, 7)

    found = moved(homework)

    assert (found.is_held, found.for_learner.points) == (False, 7)
    assert found.released_at is not None
    assert history() == [("result", None, 7), ("released", None, 7)]


def test_a_grade_that_is_released_at_once_is_one_change(handed_in, homework, mark, moved, history):
    mark(homework, 1, 7)

    moved(homework)

    assert history() == [("result", None, 7)]


def test_a_later_change_is_seen_after_the_next_release(handed_in, homework, mark, moved):
    mark(homework, 1, 7)
    moved(homework)
    mark(homework, 1, 9, released=False)

    found = moved(homework)

    assert (found.for_staff.points, found.for_learner.points, found.is_held) == (9, 7, True)


def test_lateness_takes_its_percentage(handed_in, homework, mark, moved, history):
    mark(homework, 1, 8)
    moved(homework)
    late = {"late_seconds": 3600, "penalty": Decimal128("25")}

    mark(homework, 1, 8, **late)

    found = moved(homework)
    assert (found.points, found.raw_points, found.late_seconds, found.penalty) == (6, 8, 3600, 25)
    assert history()[-1] == ("lateness", 8, 6)


def test_a_late_retake_never_lowers_the_grade(client, learner, handed_in, homework, mark, moved):
    mark(homework, 1, 8)
    hand_in(client, learner, homework, text="The moon")
    mark(homework, 2, 9, late_seconds=3600, penalty=Decimal128("50"))

    found = moved(homework)

    assert (found.points, found.late_seconds, found.penalty) == (8, 0, 0)


def test_lateness_of_a_held_grade_is_not_that_of_an_equal_one_that_the_learner_sees(
    client, learner, course, handed_in, homework, mark, moved
):
    mark(homework, 1, 8)
    moved(homework)
    hand_in(client, learner, homework, text="The moon")
    mark(homework, 2, 10, released=False, late_seconds=3600, penalty=Decimal128("20"))
    # The released grade was given anew, and that is held back too.
    Submission.collection().update_one({"number": 1}, {"$set": {"grade.points": Decimal128("0")}})

    found = moved(homework)

    assert (found.points, found.raw_points, found.late_seconds, found.penalty) == (8, 8, 0, 0)
    [entry] = [each for each in my_grades(client, course, learner)["lessons"] if each["lesson_id"] == homework.id]
    assert (entry["points"], entry["late"]) == (8, None)


def test_what_is_handed_in_again_awaits_marking(client, learner, handed_in, homework, mark, moved):
    mark(homework, 1, 8)
    hand_in(client, learner, homework, text="The moon")

    found = moved(homework)

    assert (found.points, found.for_learner.points, found.awaiting) == (8, 8, True)


def test_what_is_returned_does_not_await_marking(owner, handed_in, homework, moved):
    assert moved(homework).awaiting

    returning.give_back(handed_in["id"], comment="Page two is missing.", by=owner.id)

    assert not moved(homework).awaiting
    assert Submission.collection().count_documents(PENDING) == 0


def test_grades_of_both_kinds_are_moved(client, learner, course, take, mark, moved, quiz):
    take(2)
    lesson = make_assignment_lesson(course)
    hand_in(client, learner, lesson)
    mark(lesson, 1, 8)

    assert moving.move() == 2

    assert (moved(quiz).points, moved(lesson).points) == (2, 8)
