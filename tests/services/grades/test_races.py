"""Moves, results and overrides at the same time: one outcome, whatever the order."""

from decimal import Decimal

import pytest

from learnstream.documents import Attempt
from learnstream.models import Grade, GradeChange
from learnstream.services.assessment import standing
from learnstream.services.grades import moving, overrides
from learnstream.services.grades.overrides import Override
from learnstream.services.grades.sources import PENDING
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat
from tests.grades import grade_of


@pytest.fixture
def class_(course):
    """Eight learners of the course."""
    people = [make_person() for _ in range(8)]
    for person in people:
        make_seat(person, course)
    return people


def test_movers_at_once_move_each_result_once(at_once, take, class_, monkeypatch):
    monkeypatch.setattr(moving, "BATCH", 2)
    for person in class_:
        take(2, person=person)

    results = at_once(*[moving.move] * 6)

    assert [each for each in results if isinstance(each, Exception)] == []
    db.session.rollback()
    assert [(each.points, each.revision) for each in db.session.query(Grade)] == [(2, 1)] * len(class_)
    assert db.session.query(GradeChange).count() == len(class_)
    assert Attempt.collection().count_documents(PENDING) == 0


def test_what_is_submitted_while_results_are_moved_stays_pending(take, learner, quiz, monkeypatch):
    take(1)
    result, seen = standing.result, []

    def slow(found):
        if not seen:
            seen.append(True)
            take(3)
        return result(found)

    monkeypatch.setattr(standing, "result", slow)

    moving.move()

    assert grade_of(learner, quiz.id).points == 1
    assert Attempt.collection().count_documents(PENDING) == 1
    moving.move()
    db.session.rollback()
    assert grade_of(learner, quiz.id).points == 3


def test_overrides_and_moves_at_once_lose_nothing(at_once, take, class_, course, quiz, owner):
    for person in class_:
        take(2, person=person)

    def override(person):
        new = Override(by=owner.id, reason="Answered orally.", points=Decimal(1))
        overrides.apply(course_id=course.id, user_id=person.id, lesson_id=quiz.id, override=new)
        db.session.commit()

    results = at_once(*[lambda each=person: override(each) for person in class_], *[moving.move] * 4)

    assert [each for each in results if isinstance(each, Exception)] == []
    db.session.rollback()
    grades = db.session.query(Grade).all()
    assert [(each.points, each.override_points, each.revision) for each in grades] == [(2, 1, 2)] * len(class_)
    assert db.session.query(GradeChange).count() == 2 * len(class_)


def test_an_override_at_once_with_itself_is_one_change(at_once, learner, course, quiz, owner):
    def override():
        new = Override(by=owner.id, reason="Answered orally.", points=Decimal(1))
        overrides.apply(course_id=course.id, user_id=learner.id, lesson_id=quiz.id, override=new)
        db.session.commit()

    at_once(*[override] * 6)

    db.session.rollback()
    assert db.session.query(GradeChange).count() == 1


def test_a_mover_in_the_request_of_a_marker_agrees_with_the_job(at_once, take, learner, quiz):
    take(2)

    def move_of():
        moving.move_of(learner.id, quiz.id)
        db.session.commit()

    results = at_once(*[move_of] * 4, *[moving.move] * 4)

    assert [each for each in results if isinstance(each, Exception)] == []
    db.session.rollback()
    assert grade_of(learner, quiz.id).revision == 1
