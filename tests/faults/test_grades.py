"""Processes that are killed while results are moved into grades: nothing is lost, nothing happens twice."""

import os
import signal
import subprocess
import sys
from decimal import Decimal

import pytest

from learnstream.documents import Attempt, Submission
from learnstream.models import Grade, GradeChange
from learnstream.services.grades import moving
from learnstream.services.grades.sources import PENDING
from learnstream.services.homework import marking
from learnstream.services.homework.marking import Given
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_question, make_quiz_lesson
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.server import ROOT

LEARNERS = 4  # two batches of each kind
EVERY = [
    (moment, number) for number in range(1, 5) for moment in ("before_commit", "after_commit", "started", "succeeded")
]


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
def results(client, course, owner):
    """Results of a quiz and of homework, each worth a point."""
    question = make_question(course, "true_false")
    quiz, homework = make_quiz_lesson(course, [question]), make_assignment_lesson(course)
    for _ in range(LEARNERS):
        person = learner_of(course)
        attempt = start(client, person, quiz)
        save(client, person, attempt, given(question, True))
        submit(client, person, attempt)
        marking.mark(hand_in(client, person, homework)["id"], Given(by=owner.id, points=Decimal(1)))


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
    assert [(each.points, each.revision) for each in db.session.query(Grade)] == [(1, 1)] * 2 * LEARNERS
    assert [(each.before_points, each.after_points) for each in db.session.query(GradeChange)] == [
        (None, 1)
    ] * 2 * LEARNERS
    assert [each.collection().count_documents(PENDING) for each in (Attempt, Submission)] == [0, 0]
