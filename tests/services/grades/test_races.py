"""Moves, results and overrides at the same time: one outcome, whatever the order."""

import pytest

from learnstream.documents import Attempt
from learnstream.models import Grade, GradeChange
from learnstream.services.assessment import standing
from learnstream.services.grades import moving, records
from learnstream.services.grades.sources import PENDING
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat


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


def test_the_later_of_two_movers_has_read_the_latest_results(at_once, take, learner, quiz, monkeypatch):
    """A mover that has read the results of one attempt, when another attempt is submitted and moved meanwhile."""
    take(1)
    result, seen = standing.result, []

    def slow(found):
        if not seen:
            seen.append(True)
            take(3)
        return result(found)

    monkeypatch.setattr(standing, "result", slow)

    moving.move()

    assert records.of_lesson(learner.id, quiz.id).points == 1
    assert Attempt.collection().count_documents(PENDING) == 1
    moving.move()
    db.session.rollback()
    assert records.of_lesson(learner.id, quiz.id).points == 3
