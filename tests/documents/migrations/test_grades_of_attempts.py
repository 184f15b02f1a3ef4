"""Attempts that were submitted before there were grades of record."""

import pytest

from learnstream.documents import Attempt
from learnstream.services.grades import moving
from learnstream.services.grades.sources import PENDING
from learnstream.stores.sql import db
from tests.attempts import start, submit
from tests.documents.migrations.runner import run_migration
from tests.factories import make_quiz_lesson
from tests.grades import grade_of

NAME = "m0004_grades_of_attempts"


@pytest.fixture
def lesson(course):
    return make_quiz_lesson(course, attempts_allowed=None)


@pytest.fixture
def earlier(client, learner, lesson):
    """A submitted attempt of an earlier release, and one in progress."""
    submit(client, learner, start(client, learner, lesson))
    start(client, learner, lesson)
    Attempt.collection().update_many({}, {"$unset": {"pending_grade": ""}})
    return Attempt.collection().find_one({"state": "submitted"})


def test_submitted_attempts_are_moved_into_grades(earlier, learner, lesson):
    assert run_migration(NAME) == 1

    assert moving.move() == 1
    found = grade_of(learner, lesson.id)
    assert (found.points, found.max_points, found.source_id) == (0, 1, str(earlier["_id"]))


def test_attempts_in_progress_are_not_touched(earlier):
    run_migration(NAME)

    assert [each["_id"] for each in Attempt.collection().find(PENDING)] == [earlier["_id"]]
    assert Attempt.collection().find_one({"_id": earlier["_id"]})["revision"] == earlier["revision"]


def test_a_repeated_migration_moves_nothing_twice(earlier, learner, lesson):
    run_migration(NAME)
    moving.move()
    before = grade_of(learner, lesson.id)

    run_migration(NAME)
    moving.move()
    db.session.rollback()

    assert grade_of(learner, lesson.id) == before
