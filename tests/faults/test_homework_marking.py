"""Processes that are killed while homework is graded and released: nothing is lost, nothing happens twice."""

import json

import pytest

from learnstream.documents import Progress, Submission
from learnstream.models import AuditEntry, Event, Grade, GradeChange
from learnstream.services.analytics import pending_events
from learnstream.services.grades import moving
from learnstream.services.homework import following
from learnstream.stores.sql import db
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.submissions import grade, release

LEARNERS = 3
GRADING = [(moment, number) for number in (1, 2, 3, 4) for moment in ("started", "succeeded")]
RELEASING = [("started", 1), ("succeeded", 1)]


def moments(of, *shown):
    return [pytest.param(*each, marks=() if each in shown else pytest.mark.thorough) for each in of]


@pytest.fixture
def killed(kill_process, owner):
    """Return a function that sends a request of the owner's in a process that is killed at a write to MongoDB."""

    def killed(moment, number, method, path, **body):
        kill_process("attempt_and_die", moment, str(number), method, path, owner.token, json.dumps(body))

    return killed


def stored():
    return [*Submission.collection().find(sort=[("_id", 1)])]


def follow():
    """Do what jobs do."""
    following.follow_changes()
    while moving.move():
        pass
    pending_events.move()
    db.session.rollback()


def events():
    return sorted(each.type for each in db.session.query(Event) if each.type.startswith(("grades.", "lesson.")))


@pytest.mark.parametrize(("moment", "number"), moments(GRADING, ("succeeded", 1)))
@pytest.mark.parametrize("way", ["repeated", pytest.param("job", marks=pytest.mark.thorough)])
def test_a_grade_that_is_killed_is_completed(client, course, owner, learner, killed, moment, number, way):
    lesson = make_assignment_lesson(course, completion={"rule": "graded"})
    hand_in(client, learner, lesson)
    follow()
    [submission] = stored()
    path = f"/submissions/{submission['_id']}/grade"
    killed(moment, number, "PUT", path, points=8, comment="Good.")
    is_stored = (moment, number) != ("started", 1)
    assert (stored()[0].get("grade") is not None) == is_stored

    if way == "repeated" or not is_stored:
        grade(client, owner, submission["_id"], 8, comment="Good.")
    follow()

    [found] = stored()
    assert (found["grade"]["revision"], [each["cause"] for each in found["history"]]) == (1, ["graded"])
    assert (found["completion_due"], found.get("pending_grade")) == (False, None)
    assert Progress.collection().count_documents({"completed_at": {"$ne": None}}) == 1
    assert events() == ["grades.released", "lesson.completed"]
    assert [(each.points, each.released_points) for each in db.session.query(Grade)] == [(8, 8)]
    assert [each.after_points for each in db.session.query(GradeChange) if each.after_points] == [8]


@pytest.mark.parametrize(("moment", "number"), moments(RELEASING, ("succeeded", 1)))
def test_a_release_that_is_killed_is_completed(client, course, owner, killed, moment, number):
    lesson = make_assignment_lesson(course, release="held", completion={"rule": "graded"})
    for _ in range(LEARNERS):
        hand_in(client, learner_of(course), lesson)
    for each in stored():
        grade(client, owner, each["_id"], 8)
    follow()
    killed(moment, number, "POST", f"/lessons/{lesson.id}/grades/release")
    is_stored = moment == "succeeded"
    assert [each.get("released") is not None for each in stored()] == [is_stored] * LEARNERS

    assert release(client, owner, lesson) == (0 if is_stored else LEARNERS)
    follow()

    assert [[each["cause"] for each in found["history"]] for found in stored()] == [["graded", "released"]] * LEARNERS
    assert events() == ["grades.released"] * LEARNERS + ["lesson.completed"] * LEARNERS
    assert [(each.points, each.released_points) for each in db.session.query(Grade)] == [(8, 8)] * LEARNERS
    assert db.session.query(AuditEntry).filter_by(action="grades.released").count() == (0 if is_stored else 1)
