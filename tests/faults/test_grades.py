"""Processes that are killed while results are moved into grades: nothing is lost, nothing happens twice."""

import os
import signal
import subprocess
import sys

import pytest

from learnstream.documents import Attempt
from learnstream.models import Grade, GradeChange
from learnstream.services.grades import moving
from learnstream.services.grades.sources import PENDING
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_person, make_question, make_quiz_lesson, make_seat
from tests.server import ROOT

LEARNERS = 4  # two batches
EVERY = [(moment, number) for number in (1, 2) for moment in ("before_commit", "after_commit", "started", "succeeded")]


@pytest.fixture
def killed(settings):
    """Move grades in a process that is killed."""

    def killed(moment, number):
        command = [sys.executable, "-m", "tests.faults.move_grades_and_die", moment, str(number)]
        done = subprocess.run(
            command, cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}, capture_output=True, text=True
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return killed


@pytest.fixture
def results(client, course):
    question = make_question(course, "true_false")
    lesson = make_quiz_lesson(course, [question])
    for _ in range(LEARNERS):
        person = make_person()
        make_seat(person, course)
        attempt = start(client, person, lesson)
        save(client, person, attempt, given(question, True))
        submit(client, person, attempt)


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        pytest.param(*each, marks=() if each in {("before_commit", 1), ("after_commit", 1)} else pytest.mark.thorough)
        for each in EVERY
    ],
)
def test_a_move_that_is_killed_is_continued(results, killed, moment, number):
    killed(moment, number)

    moving.move()

    db.session.rollback()
    assert [(each.points, each.revision) for each in db.session.query(Grade)] == [(1, 1)] * LEARNERS
    assert [(each.before_points, each.after_points) for each in db.session.query(GradeChange)] == [(None, 1)] * LEARNERS
    assert Attempt.collection().count_documents(PENDING) == 0
