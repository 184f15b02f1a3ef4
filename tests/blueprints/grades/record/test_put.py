"""Overriding a learner's grade, excusing a lesson, and undoing either."""

import pytest

from learnstream.models import AuditEntry, GradeChange
from learnstream.services.grades import overrides
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.homework import hand_in, make_assignment_lesson, put_assignment


@pytest.fixture
def override(client, course, learner, quiz, owner):
    """Return a function that overrides a grade, by default the learner's in the quiz."""

    def override(body, lesson=quiz, person=learner, auth=owner, status=200):
        path = f"/courses/{course.id}/learners/{person.id}/grades/{lesson.id}"
        response = client.put(path, json={"reason": "Answered orally."} | body, auth=auth)
        assert response.status_code == status, response.json
        return response.json

    return override


@pytest.fixture
def audited():
    def audited():
        db.session.rollback()
        found = db.session.query(AuditEntry).filter(AuditEntry.action.like("grade.%")).order_by(AuditEntry.id)
        return [(each.action, each.details["points"], each.details["reason"]) for each in found]

    return audited


def test_an_override_counts_in_place_of_the_computed_points(override, take, moved, owner, learner, quiz):
    take(1)
    moved()

    answer = override({"points": 2.5})

    assert (answer["points"], answer["max_points"], answer["computed_points"]) == (2.5, 3, 1)
    assert (answer["overridden"], answer["excused"], answer["held"]) == (True, False, False)
    assert (answer["by"], answer["reason"]) == (owner.id, "Answered orally.")
    found = moved()
    assert found.for_staff == found.for_learner == (2.5, 3, False, True)


def test_an_override_survives_later_results(override, take, moved, history):
    override({"points": 2.5})
    take(3)

    found = moved()

    assert (found.points, found.for_staff.points) == (3, 2.5)
    assert history() == [("overridden", None, 2.5), ("result", None, 3)]


def test_an_override_of_a_learner_without_an_attempt(override, moved):
    answer = override({"points": 0})

    assert (answer["points"], answer["computed_points"], moved().for_staff.points) == (0, None, 0)


def test_an_excused_lesson_does_not_count(override, take, moved, history):
    take(2)
    moved()

    answer = override({"excused": True})

    assert (answer["excused"], answer["points"], answer["computed_points"]) == (True, None, 2)
    assert moved().for_learner == (None, None, True, False)
    assert history()[-1] == ("excused", 2, None)


def test_undoing_lets_the_computed_points_count_again(override, take, moved, history, audited):
    take(2)
    moved()
    override({"points": 3})

    answer = override({"points": None, "reason": "A mistake."})

    assert (answer["points"], answer["overridden"], answer["by"], answer["reason"]) == (2, False, None, None)
    assert moved().for_learner == (2, 3, False, False)
    assert history()[-1] == ("cleared", 3, 2)
    assert audited() == [("grade.overridden", 3, "Answered orally."), ("grade.override_removed", None, "A mistake.")]


def test_points_take_the_place_of_an_excuse(override, moved, audited):
    override({"excused": True})
    override({"points": 1})

    assert moved().for_staff == (1, 3, False, True)
    assert [action for action, *_ in audited()] == ["grade.excused", "grade.overridden"]


@pytest.mark.parametrize("body", [{"points": 1}, {"excused": True}, {"points": None}])
def test_the_same_override_again_changes_nothing(override, body):
    first = override(body)
    before = db.session.query(GradeChange).count(), db.session.query(AuditEntry).count()

    again = override(body)

    assert again == first
    assert (db.session.query(GradeChange).count(), db.session.query(AuditEntry).count()) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"points": 3.0001}, "points"),
        ({"points": -1}, "points"),
        ({"points": 1.00001}, "points"),
        ({"points": "1"}, "points"),
        ({"points": True}, "points"),
        ({"excused": False}, "excused"),
        ({"excused": "yes"}, "excused"),
        ({"excused": None}, "excused"),
        ({"points": 1, "reason": " "}, "reason"),
        ({"points": 1, "note": "x"}, "note"),
        ({"points": 1, "excused": True}, "_schema"),
        ({}, "_schema"),
    ],
)
def test_what_is_wrong_is_named(override, body, field):
    answer = override(body, status=422)

    assert field in answer["errors"]["json"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "-0.00001"])
def test_numbers_that_are_none_are_refused(client, owner, course, learner, quiz, number):
    path = f"/courses/{course.id}/learners/{learner.id}/grades/{quiz.id}"
    body = f'{{"points": {number}, "reason": "x"}}'

    response = client.put(path, data=body, content_type="application/json", auth=owner)

    assert response.status_code in {400, 422}


def test_a_lesson_that_is_not_graded_cannot_be_overridden(override, course):
    assert override({"points": 1}, lesson=course.text, status=404)["code"] == "not_graded"


def test_who_is_no_learner_of_the_course_has_no_grade(override):
    assert override({"points": 1}, person=make_person(), status=404)["code"] == "not_enrolled"


def test_learners_cannot_override_their_grades(override, learner, stranger):
    override({"points": 3}, auth=learner, status=403)
    override({"points": 3}, auth=stranger, status=403)


@pytest.fixture
def held(course):
    """Homework whose grades are held back."""
    return make_assignment_lesson(course, release="held", resubmit="until_closed")


def test_an_override_of_a_grade_that_is_held_back_is_too(client, override, held, learner, mark, moved):
    hand_in(client, learner, held)
    mark(held, 1, 7, released=False)
    moved(held)

    answer = override({"points": 9}, lesson=held)

    assert (answer["points"], answer["held"]) == (9, True)
    found = moved(held)
    assert (found.for_staff.points, found.for_learner.points, found.is_held) == (9, None, True)


def test_an_override_is_seen_with_the_release(client, override, held, learner, mark, moved, history):
    hand_in(client, learner, held)
    mark(held, 1, 7, released=False)
    override({"points": 9}, lesson=held)
    mark(held, 1, 7)

    found = moved(held)

    assert (found.for_learner.points, found.is_held) == (9, False)
    assert history()[-1] == ("released", 7, 9)


def test_an_override_of_a_released_grade_is_seen_at_once(client, override, held, learner, mark, moved):
    hand_in(client, learner, held)
    mark(held, 1, 7)
    moved(held)

    assert override({"points": 9}, lesson=held)["held"] is False
    assert moved(held).for_learner.points == 9


def test_an_override_without_a_submission_is_released_by_itself(override, held, learner, moved, history):
    override({"excused": True}, lesson=held)
    assert moved(held).for_learner.excused is False

    assert overrides.release(held.id, user_ids=[learner.id + 1]) == 0
    assert overrides.release(held.id) == 1
    db.session.commit()

    assert moved(held).for_learner.excused is True
    assert history()[-1] == ("released", None, None)
    assert overrides.release(held.id) == 0


def test_an_override_keeps_the_maximum_that_it_was_given_of(client, override, course, owner, learner, moved):
    lesson = make_assignment_lesson(course)
    override({"points": 5}, lesson=lesson)

    put_assignment(lesson, points=20)
    client.post(f"/courses/{course.id}/publish", auth=owner)

    assert moved(lesson).for_staff == (5, 10, False, True)


def test_anonymous_homework_does_not_tell_its_points(client, override, course, learner, mark, moved):
    lesson = make_assignment_lesson(course, anonymous=True, release="held")
    hand_in(client, learner, lesson)
    mark(lesson, 1, 7, released=False)
    moved(lesson)

    answer = override({"excused": True}, lesson=lesson)

    assert (answer["computed_points"], answer["computed_max_points"]) == (None, None)
    assert override({"points": None}, lesson=lesson)["points"] is None
